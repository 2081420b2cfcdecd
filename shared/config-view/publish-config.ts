import { type ConfigKind, type ConfigRecord, configRecord } from '../contracts/index.ts'
import type { Log, NewRecord } from '../log/index.ts'
import { versionOf } from './canonical.ts'
import { type ConfigView, configPartition } from './config-view.ts'

/** What someone wants in force; without `content` the entry is removed. */
export interface ConfigItem {
  kind: ConfigKind
  id: string
  content?: Readonly<Record<string, unknown>>
}

/** A pointer that was moved; version null: removed. */
export interface PublishedConfig {
  kind: ConfigKind
  id: string
  version: string | null
  /** Offset of the pointer in `config`. */
  offset: number
}

/**
 * Writes a version and a pointer for each item that differs from what is in force, and nothing for the rest; the view
 * shows them when this resolves. `at` is the writer's clock, ms; `by` who it was. All versions are durable before the
 * first pointer is written, so no pointer ever names a version that is not there.
 */
export async function publishConfig(
  log: Log,
  view: ConfigView,
  items: readonly ConfigItem[],
  by: string,
  at: number,
): Promise<PublishedConfig[]> {
  await view.refresh()
  const moves: { kind: ConfigKind; id: string; version: string | null }[] = []
  const versions: ConfigRecord[] = []
  for (const { kind, id, content } of items) {
    const current = view.get(kind, id)
    const version = content === undefined ? null : versionOf(content)
    if (version === (current?.version ?? null)) continue
    if (content !== undefined && version !== null)
      versions.push({ v: 1, type: 'version', kind, id, version, content: { ...content } })
    moves.push({ kind, id, version })
  }
  if (moves.length === 0) return []
  if (versions.length > 0) await log.append(versions.map(toRecord))
  const appended = await log.append(
    moves.map((move) => toRecord({ v: 1, type: 'pointer', ...move, by, at } satisfies ConfigRecord)),
  )
  await view.refresh()
  return moves.map((move, index) => ({ ...move, offset: appended[index]?.offset ?? -1 }))
}

function toRecord(record: ConfigRecord): NewRecord {
  const checked = configRecord.parse(record)
  const name = `${checked.kind}/${checked.id}`
  return {
    topic: 'config',
    key: checked.type === 'version' ? `${name}@${checked.version}` : name,
    value: new TextEncoder().encode(JSON.stringify(checked)),
    partition: configPartition,
  }
}
