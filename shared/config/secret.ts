import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { z } from 'zod'

/** A value that shows itself only when asked: logs, errors and JSON see `[secret]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** Where a secret comes from: `{ env: NAME }` or `{ file: PATH }`; a secret itself never stands in the file. */
export const secretReference = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  { error: 'a reference to a secret: { env: NAME } or { file: PATH }' },
)

/** The environment secrets are looked up in; set for the time of one `loadConfig` call. */
let environment: Readonly<Record<string, string | undefined>> = {}

/** Runs `work` with the environment that `secret` fields read. */
export function withEnvironment<T>(values: Readonly<Record<string, string | undefined>>, work: () => T): T {
  const before = environment
  environment = values
  try {
    return work()
  } finally {
    environment = before
  }
}

/** A config field that holds a secret by reference; parses to a `Secret`. */
export const secret = secretReference.transform((reference, context) => {
  const value = 'env' in reference ? environment[reference.env] : readSecretFile(reference.file)
  if (value !== undefined && value !== '') return new Secret(value)
  const where = 'env' in reference ? `environment variable ${reference.env}` : `file ${reference.file}`
  context.addIssue({
    code: 'custom',
    message: `${where} that exists and is not empty`,
    params: { found: 'nothing' },
  })
  return z.NEVER
})

function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
