import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { ConfigError, type ConfigFault } from '../errors/index.ts'
import { withEnvironment } from './secret.ts'

/**
 * Parses YAML text and checks it against a schema. Throws ConfigError with every fault at once: path, what was found,
 * what would be right. `source` names the file in the error.
 */
export function loadConfig<S extends z.ZodType>(
  schema: S,
  text: string,
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const document = parseDocument(text)
  if (document.errors.length > 0) {
    throw new ConfigError(
      source,
      document.errors.map((error) => ({
        path: error.linePos ? `line ${error.linePos[0].line}` : 'file',
        found: error.message.split('\n')[0] ?? error.code,
        expected: 'YAML',
      })),
    )
  }
  return checkConfig(schema, document.toJS() ?? {}, source, environment)
}

/** Checks a value that is already parsed; see `loadConfig`. */
export function checkConfig<S extends z.ZodType>(
  schema: S,
  value: unknown,
  source: string,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const result = withEnvironment(environment, () => schema.safeParse(value))
  if (result.success) return result.data
  throw new ConfigError(
    source,
    result.error.issues.flatMap((issue) => describeIssue(issue, value)),
  )
}

function describeIssue(issue: z.core.$ZodIssue, root: unknown): ConfigFault[] {
  const path = issue.path
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      found: 'an unknown field',
      expected: 'a field this version knows (check the spelling)',
    }))
  }
  const custom = issue.code === 'custom' ? issue.params?.found : undefined
  return [
    {
      path: pathText(path),
      found: typeof custom === 'string' ? custom : kindOf(valueAt(root, path), issue),
      expected: issue.message.replace(/^Invalid (input|option): expected (.*?)(, received .*)?$/, '$2'),
    },
  ]
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'file'
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  )
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** The kind of a value, with short numbers, booleans and words shown; never a long text, never a misplaced secret. */
function kindOf(value: unknown, issue: z.core.$ZodIssue): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object') return 'a mapping'
  if (issue.message.startsWith('a reference to a secret')) return `a ${typeof value} in plain sight`
  const text = String(value)
  return text.length <= 40
    ? `${typeof value} ${JSON.stringify(value)}`
    : `a ${typeof value} of ${text.length} characters`
}
