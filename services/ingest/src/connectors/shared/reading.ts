import type { DeadLetterReason } from '@nabiz/shared/contracts'
import type { Count, Delivery, IgnoreReason, Item, Unreadable } from '../connector.ts'
import { jsonBytes } from './json-bytes.ts'
import { parseJson } from './parse-json.ts'

/** Gathers what a delivery holds, piece by piece and in order, so that none is left without an outcome. */
export interface Reading {
  item(item: Item): void
  count(count: Count): void
  ignore(reason: IgnoreReason): void
  /** `detail`: field, kind found, what would be right; never the content. */
  unreadable(reason: DeadLetterReason, detail: string, payload: unknown, position?: string): void
  delivery(): Delivery
}

export function createReading(): Reading {
  const items: Item[] = []
  const counts: Count[] = []
  const unreadable: Unreadable[] = []
  const ignored: IgnoreReason[] = []
  const order: NonNullable<Delivery['order']>[number][] = []
  return {
    item(item) {
      items.push(item)
      order.push('item')
    },
    count(count) {
      counts.push(count)
      order.push('count')
    },
    ignore(reason) {
      ignored.push(reason)
      order.push('ignored')
    },
    unreadable(reason, detail, content, position) {
      const payload = content instanceof Uint8Array ? content : jsonBytes(content)
      unreadable.push({ reason, detail, payload, ...(position === undefined ? {} : { position }) })
      order.push('unreadable')
    },
    delivery: () => ({ items, counts, unreadable, ignored, order }),
  }
}

/** Reads a body of JSON with ids exact; one that is no JSON is kept as it came. */
export function readJson(body: Uint8Array, read: (value: unknown, reading: Reading) => void): Delivery {
  const reading = createReading()
  const value = parseJson(body)
  if (value === undefined) reading.unreadable('not_json', notJson, body)
  else read(value, reading)
  return reading.delivery()
}

/** What is said of a body that is no JSON. */
export const notJson = 'the body is not JSON in UTF-8'

/** The faults a schema found, as a dead letter's detail: five at most, each with its field. */
export function faultsOf(
  error: { issues: readonly { path: PropertyKey[]; message: string }[] },
  whole: string,
  field?: string,
): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => {
      const path = [...(field ? [field] : []), ...issue.path].map(String).join('.')
      return `${path || whole}: ${issue.message}`
    })
    .join('; ')
}
