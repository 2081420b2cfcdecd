import { toUSVString } from 'node:util'

/**
 * Text that any reader can take: NUL removed, lone surrogates replaced by U+FFFD, cut at `maxLength` UTF-16 units
 * (never inside a pair). Everything else stays as it was written.
 */
export function cleanText(text: string, maxLength = 100_000): string {
  const clean = toUSVString(text.replaceAll('\0', ''))
  if (clean.length <= maxLength) return clean
  const last = clean.charCodeAt(maxLength - 1)
  return clean.slice(0, last >= 0xd800 && last <= 0xdbff ? maxLength - 1 : maxLength)
}
