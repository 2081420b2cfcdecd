import type { Item, Unreadable } from '../connector.ts'
import type { ColumnMap } from './column-map.ts'
import { parseTime, type TimeFormat } from './parse-time.ts'
import type { Row } from './read-file.ts'

/** A row as an item with its time, or why it is none. */
export type ReplayRow =
  | { kind: 'item'; at: number; item: Item; brand: string | undefined }
  | { kind: 'unreadable'; unreadable: Unreadable }

/** Ids that a spreadsheet rounded: `5.70306E+17`. */
const rounded = /^\d(\.\d+)?e\+\d+$/i

/** Makes items of rows by a complete map. */
export function createToItem(map: ColumnMap, timeFormat: TimeFormat): (row: Row) => ReplayRow {
  return function toItem(row) {
    if (row.kind === 'unreadable') return row
    const field = (name: string | undefined) => (name === undefined ? undefined : textOf(row.fields[name]))
    const text = field(map.text)
    const time = field(map.createdAt)
    const at = time === undefined ? undefined : parseTime(time, timeFormat)
    if (text === undefined) return bad(row, `${map.text}: nothing found, expected text`)
    if (at === undefined)
      return bad(row, `${map.createdAt}: found ${kindOf(time)}, expected a time (${timeFormat})`)
    const id = field(map.id)
    const author = field(map.author)
    const followers = wholeNumber(field(map.followers))
    const item: Item = {
      id: id && !rounded.test(id) ? id : `row-${row.line}`,
      kind: 'post',
      text,
      createdAt: at,
      operation: 'upsert',
      visibility: 'public',
      own: false,
    }
    if (author) item.author = { id: author, ...(followers === undefined ? {} : { followers }) }
    const language = field(map.language)
    if (language) item.language = language.slice(0, 35)
    const permalink = field(map.permalink)
    if (permalink && URL.canParse(permalink)) item.permalink = permalink.slice(0, 2_048)
    const parent = field(map.parent)
    if (parent) item.parent = parent
    const likes = wholeNumber(field(map.likes))
    const shares = wholeNumber(field(map.shares))
    if (likes !== undefined || shares !== undefined) {
      item.engagement = {
        ...(likes === undefined ? {} : { likes }),
        ...(shares === undefined ? {} : { shares }),
      }
    }
    return { kind: 'item', at, item, brand: field(map.brand) || undefined }
  }
}

function bad(row: Extract<Row, { kind: 'row' }>, detail: string): ReplayRow {
  const payload = Buffer.from(JSON.stringify(row.fields), 'utf8')
  return {
    kind: 'unreadable',
    unreadable: { reason: 'schema', detail, payload, position: `line ${row.line}` },
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text) : undefined
}

function kindOf(text: string | undefined): string {
  return text === undefined ? 'nothing' : text === '' ? 'an empty field' : `text of ${text.length} characters`
}
