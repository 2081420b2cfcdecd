import type { BreachRecord } from '@nabiz/shared/contracts'
import { applyAct } from './apply-act.ts'
import { applyTransition } from './apply-transition.ts'
import type { ApplyContext, DropReason } from './context.ts'
import type { Draft } from './draft.ts'

/**
 * Applies one record of `breaches` to the draft; returns why it changed nothing, or undefined. A record whose id was
 * passed before is a repeat. `offset`: the record's place in the partition.
 */
export function applyBreach(
  draft: Draft,
  record: BreachRecord,
  offset: number,
  context: ApplyContext,
): DropReason | undefined {
  if (Object.hasOwn(draft.brand(record.brand).seen, record.id)) return 'duplicate'
  draft.editBrand(record.brand).seen[record.id] = context.now
  return record.type === 'act'
    ? applyAct(draft, record, context)
    : applyTransition(draft, record, offset, context)
}
