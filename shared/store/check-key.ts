const maxKeyBytes = 512
const ascii = /^[\x00-\x7f]*$/
const loneSurrogate = /\p{Surrogate}/u

/**
 * UTF-8 bytes of a key, name, queue or id; throws a RangeError naming `what` when it is empty, longer than 512 bytes or
 * not well-formed text (two such texts would become the same bytes).
 */
export function keyBytes(what: string, key: string): Buffer {
  const bytes = prefixBytes(what, key)
  if (bytes.length === 0)
    throw new RangeError(`${what}: found an empty text; expected 1 to ${maxKeyBytes} bytes`)
  return bytes
}

/** As `keyBytes`, and may be empty. */
export function prefixBytes(what: string, prefix: string): Buffer {
  const bytes = Buffer.from(prefix, 'utf8')
  if (bytes.length > maxKeyBytes)
    throw new RangeError(
      `${what}: found ${bytes.length} bytes beginning with ${JSON.stringify(prefix.slice(0, 24))}; ` +
        `expected at most ${maxKeyBytes} bytes of UTF-8`,
    )
  if (bytes.length !== prefix.length && !ascii.test(prefix) && loneSurrogate.test(prefix))
    throw new RangeError(`${what}: found half of a surrogate pair; expected well-formed text`)
  return bytes
}
