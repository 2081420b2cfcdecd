import { isSafeNumber, parse } from 'lossless-json'

/**
 * JSON in UTF-8; undefined when it is not. Whole numbers that a double cannot hold come as their digits: an id must not
 * be rounded.
 */
export function parseJson(body: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    // JSON.parse is several times faster, and exact where there are no long digits.
    if (!/\d{16}/.test(text)) return JSON.parse(text)
    return parse(text, undefined, (digits) => (isSafeNumber(digits) ? Number(digits) : digits))
  } catch {
    return undefined
  }
}
