/** What may happen to a message. Reasons are short snake_case words from a closed set: they become labels. */
export type Outcome<T, Drop extends string = string, Dead extends string = string> =
  | { kind: 'pass'; value: T }
  | { kind: 'drop'; reason: Drop }
  | { kind: 'deadLetter'; reason: Dead; detail: string }

/** One step of a pipeline: takes a message, says what becomes of it. Throws only for faults in a dependency. */
export type Step<In, Out> = (input: In) => Promise<Outcome<Out>> | Outcome<Out>

export function pass<T>(value: T): { kind: 'pass'; value: T } {
  return { kind: 'pass', value }
}

export function drop<R extends string>(reason: R): { kind: 'drop'; reason: R } {
  return { kind: 'drop', reason }
}

/** `detail` names the field, the kind of value found and what would be right; never the content itself. */
export function deadLetter<R extends string>(
  reason: R,
  detail: string,
): { kind: 'deadLetter'; reason: R; detail: string } {
  return { kind: 'deadLetter', reason, detail }
}
