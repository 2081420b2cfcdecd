import { describe, expect, it } from 'vitest'
import { aChannel, patience } from '../../tests/fakes/channel.ts'
import { aNotice, aTransition, someEvidence } from '../../tests/fakes/notice.ts'
import { columnsOf } from '../page/wrap.ts'
import type { Notice } from './channel.ts'

describe('log', () => {
  it.each([60, 80, 96])(
    'draws a box %d columns wide, straight on every line but those of long URLs',
    async (columns) => {
      const lines = (await written(aNotice(), { columns })).trim().split('\n')
      for (const line of lines) {
        if (!line.includes('https://')) expect(columnsOf(line), line).toBe(columns)
        expect(line).toMatch(/^[┏┃┗]/u)
      }
    },
  )

  it('keeps to 60 to 100 columns on any terminal', async () => {
    for (const [columns, width] of [
      [20, 60],
      [300, 100],
      [undefined, 100],
    ] as const) {
      const [rule = ''] = (await written(aNotice(), columns === undefined ? {} : { columns }))
        .trim()
        .split('\n')
      expect(columnsOf(rule)).toBe(width)
    }
  })

  it('keeps the link to acknowledge in one piece', async () => {
    expect(await written(aNotice(), { columns: 60 })).toContain(`Acknowledge ${aNotice().ackUrl}`)
  })

  it('shows the heading, the labels and every line of the page', async () => {
    const text = await written(aNotice({ simulated: true, brand: { ...aNotice().brand, language: 'tr' } }))
    expect(text).toContain('┏━ UYARI [SİMÜLASYON] ━')
    expect(text).toContain('Kuzey Air hakkında beklenenin 14 katı olumsuz paylaşım var')
    expect(text).toMatch(/Platformlar\s+Telegram %62, Webhook %38/u)
    expect(text).toContain('• Telegram: [özel mesaj]')
  })

  it('writes terminal codes only where colours are asked for', async () => {
    expect(await written(aNotice())).not.toContain('\x1b')
    const coloured = await written(aNotice(), { colours: true })
    expect(coloured).toContain('\x1b[1;31m')
    expect(coloured.replace(/\x1b\[[\d;]*m/gu, '')).toBe(await written(aNotice()))
  })

  it('marks what casts doubt', async () => {
    const evidence = someEvidence({ authors: { distinct: 2, mentions: 40, topShare: 0.6 } })
    const text = await written(aNotice({ leading: aTransition({ evidence }) }))
    expect(text).toContain('! few: only 2 people wrote 40 mentions, one of them 60%')
  })
})

async function written(notice: Notice, terminal: { colours?: boolean; columns?: number } = {}) {
  let text = ''
  const write = (piece: string) => {
    text += piece
  }
  const channel = aChannel({ type: 'log' }, {}, { terminal: { colours: false, ...terminal, write } })
  expect(await channel.deliver(notice, patience)).toEqual({ kind: 'delivered' })
  return text
}
