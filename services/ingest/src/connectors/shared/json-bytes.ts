const encoder = new TextEncoder()

/** A parsed value as JSON in UTF-8, for a dead letter; a note in its place where it is nested too deeply to be written. */
export function jsonBytes(value: unknown): Uint8Array {
  try {
    return encoder.encode(JSON.stringify(value) ?? '')
  } catch (err) {
    // Reading has no limit of depth, writing has the stack's.
    if (!(err instanceof RangeError)) throw err
    return encoder.encode('"nested too deeply to be kept"')
  }
}
