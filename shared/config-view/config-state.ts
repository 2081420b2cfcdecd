import {
  type BrandVersion,
  brandVersion,
  type ConfigKind,
  type ConfigPointer,
  configRecord,
  type PlanConfig,
  planConfig,
  type ThresholdsConfig,
  thresholdsConfig,
} from '../contracts/index.ts'

/** A config version in force, with the pointer change that put it there. */
export interface ActiveConfig<T = Record<string, unknown>> {
  kind: ConfigKind
  id: string
  /** First 12 hex digits of the content's SHA-256. */
  version: string
  content: T
  /** Offset of the pointer change in `config`. */
  offset: number
  by: string
  at: number
}

/** One pointer that moved; `active` is undefined when the entry was removed. */
export interface ConfigChange {
  kind: ConfigKind
  id: string
  offset: number
  active: ActiveConfig | undefined
}

/** An entry that is no longer in force. */
export interface RemovedConfig {
  kind: ConfigKind
  id: string
  /** Offset in `config` at which its pointer was moved to null. */
  offset: number
}

interface Held {
  pointer: ConfigPointer
  offset: number
}

const contentSchemas = { brand: brandVersion, thresholds: thresholdsConfig, plan: planConfig } as const

/**
 * What `config` says, built from its records in any interleaving of versions and pointers: a pointer takes effect once
 * its version is known. A content its own schema refuses leaves the version before it in force and is told in `faults`.
 */
export class ConfigState {
  readonly #versions = new Map<string, Record<string, unknown>>()
  readonly #waiting = new Map<string, Held>()
  readonly #active = new Map<string, ActiveConfig>()
  readonly #pointerOffsets = new Map<string, number>()
  readonly #removed = new Map<string, RemovedConfig>()
  readonly #faults = new Map<string, string>()

  /** Takes one record; returns what changed. `offset` is its place in `config`. */
  apply(key: string, value: Uint8Array, offset: number): ConfigChange[] {
    const parsed = configRecord.safeParse(parseJson(value))
    if (!parsed.success) {
      const issue = parsed.error.issues[0]
      this.#faults.set(key, `${issue?.path.join('.') ?? 'record'}: ${issue?.message ?? 'unreadable'}`)
      return []
    }
    const record = parsed.data
    if (record.type === 'version') {
      this.#versions.set(`${record.kind}/${record.id}@${record.version}`, record.content)
      const held = this.#waiting.get(`${record.kind}/${record.id}`)
      return held?.pointer.version === record.version ? this.#activate(held) : []
    }
    const name = `${record.kind}/${record.id}`
    if (offset <= (this.#pointerOffsets.get(name) ?? -1)) return []
    this.#pointerOffsets.set(name, offset)
    return this.#activate({ pointer: record, offset })
  }

  get(kind: ConfigKind, id: string): ActiveConfig | undefined {
    return this.#active.get(`${kind}/${id}`)
  }

  brand(id: string): ActiveConfig<BrandVersion> | undefined {
    return this.get('brand', id) as ActiveConfig<BrandVersion> | undefined
  }

  thresholds(id: string): ActiveConfig<ThresholdsConfig> | undefined {
    return this.get('thresholds', id) as ActiveConfig<ThresholdsConfig> | undefined
  }

  plan(id: string): ActiveConfig<PlanConfig> | undefined {
    return this.get('plan', id) as ActiveConfig<PlanConfig> | undefined
  }

  /** Every active entry, by kind and id ascending. */
  all(): ActiveConfig[] {
    return [...this.#active.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  }

  /** Entries of a kind that were in force once and are not any more, by id ascending. */
  removed(kind: ConfigKind): RemovedConfig[] {
    const entries = [...this.#removed.values()].filter((entry) => entry.kind === kind)
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Content of a version ever seen, active or not. */
  version(kind: ConfigKind, id: string, version: string): Record<string, unknown> | undefined {
    return this.#versions.get(`${kind}/${id}@${version}`)
  }

  /** Records that could not be applied: key and what was wrong. */
  faults(): ReadonlyMap<string, string> {
    return this.#faults
  }

  #activate(held: Held): ConfigChange[] {
    const { pointer, offset } = held
    const { kind, id } = pointer
    const name = `${kind}/${id}`
    this.#waiting.delete(name)
    if (pointer.version === null) {
      this.#active.delete(name)
      this.#removed.set(name, { kind, id, offset })
      return [{ kind, id, offset, active: undefined }]
    }
    const stored = this.#versions.get(`${name}@${pointer.version}`)
    if (stored === undefined) {
      this.#waiting.set(name, held)
      return []
    }
    const content = checked(kind, stored)
    if (typeof content === 'string') {
      this.#faults.set(`${name}@${pointer.version}`, content)
      return []
    }
    const active = { kind, id, version: pointer.version, content, offset, by: pointer.by, at: pointer.at }
    this.#active.set(name, active)
    this.#removed.delete(name)
    return [{ kind, id, offset, active }]
  }
}

function checked(kind: ConfigKind, content: Record<string, unknown>): Record<string, unknown> | string {
  if (kind === 'model') return content
  const result = contentSchemas[kind].safeParse(content)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  return `${issue?.path.join('.') ?? 'content'}: ${issue?.message ?? 'unreadable'}`
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value))
  } catch {
    return undefined
  }
}
