import { XMLParser } from 'fast-xml-parser'
import { parseJson } from '../shared/parse-json.ts'

/** Values stay texts: an id has more digits than a number can hold, and "0012" is not 12. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: true,
  htmlEntities: true,
})

/**
 * The fields of a message: what stands in `<xml>`, or a JSON object where the account is set to JSON. Undefined when it is
 * neither. A DOCTYPE is refused as a whole: it could define entities, and WeChat sends none.
 */
export function readFields(body: Uint8Array): Record<string, unknown> | undefined {
  const text = Buffer.from(body).toString('utf8')
  if (/^\s*[[{"]/.test(text)) return asObject(parseJson(body))
  if (/<!DOCTYPE/i.test(text)) return undefined
  try {
    const root: unknown = parser.parse(text)
    return asObject(asObject(root)?.xml)
  } catch {
    return undefined
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
