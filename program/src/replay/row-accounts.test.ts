import type { Receipt } from '@nabiz/ingest'
import { counter, createRegistry } from '@nabiz/shared/metrics'
import { describe, expect, it } from 'vitest'
import { createRowAccounts } from './row-accounts.ts'

describe('createRowAccounts', () => {
  it('comes out when each row passed, was dropped or is a dead letter, and each mention counted or was dropped', async () => {
    const { accounts, counted, registry } = setup({ counted: { kuzey: 7, guney: 2 }, dropped: { own: 1 } })
    accounts.taken(aReceipt({ passed: 9, mentions: 10, dropped: { duplicate: 2 } }))
    accounts.taken(aReceipt({ deadLettered: 1 }))
    expect(await accounts.close(12, ['kuzey', 'guney', 'calm'], counted, registry)).toEqual({
      mentions: { kuzey: 7, guney: 2, calm: 0 },
      dropped: { duplicate: 2, own: 1 },
      deadLettered: { schema: 1 },
      faults: [],
    })
  })

  it('tells of a row that ingest never answered for', async () => {
    const { accounts, counted, registry } = setup({ counted: { kuzey: 3 } })
    accounts.taken(aReceipt({ passed: 3, mentions: 3 }))
    expect((await accounts.close(4, ['kuzey'], counted, registry)).faults).toEqual([
      '4 rows were read, but 3 are accounted for: 3 passed, 0 dropped, 0 dead-lettered',
    ])
  })

  it('says what made scoring read again when it counted more than was written', async () => {
    const { accounts, counted, registry } = setup({ counted: { kuzey: 4 } })
    counter(registry, 'nabiz_scoring_checkpoint_conflicts_total', 'x').inc()
    accounts.taken(aReceipt({ passed: 3, mentions: 3 }))
    expect((await accounts.close(3, ['kuzey'], counted, registry)).faults).toEqual([
      '3 mentions were written, but 4 are accounted for: 4 counted, 0 dropped, 0 dead-lettered (1 checkpoints refused)',
    ])
  })

  it('tells of a mention that scoring never counted, and takes no dropped heartbeat for it', async () => {
    const { accounts, counted, registry } = setup({
      counted: { kuzey: 2 },
      dropped: { refused_heartbeat: 1 },
    })
    accounts.taken(aReceipt({ passed: 3, mentions: 3 }))
    expect((await accounts.close(3, ['kuzey'], counted, registry)).faults).toEqual([
      '3 mentions were written, but 2 are accounted for: 2 counted, 0 dropped, 0 dead-lettered',
    ])
  })
})

function aReceipt(overrides: Partial<Receipt>): Receipt {
  return { received: 0, passed: 0, mentions: 0, dropped: {}, deadLettered: 0, ...overrides }
}

/** A registry as the services of a replay leave it; one dead letter of ingest stands in it. */
function setup(scoring: { counted: Record<string, number>; dropped?: Record<string, number> }) {
  const registry = createRegistry()
  counter(registry, 'nabiz_ingest_items_dead_lettered_total', 'x', ['platform', 'reason']).inc({
    platform: 'replay',
    reason: 'schema',
  })
  const dropped = counter(registry, 'nabiz_scoring_records_dropped_total', 'x', ['reason'])
  for (const [reason, count] of Object.entries(scoring.dropped ?? {})) dropped.inc({ reason }, count)
  return { accounts: createRowAccounts(), counted: new Map(Object.entries(scoring.counted)), registry }
}
