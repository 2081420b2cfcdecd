import { type ModelShelf, rebuildPartition } from '@nabiz/scoring'
import { type ConfigView, configPartition, publishConfig, versionOf } from '@nabiz/shared/config-view'
import { type ConfigCopy, type ConfigVersion, sentimentModelId } from '@nabiz/shared/contracts'
import { type Log, partitionOf } from '@nabiz/shared/log'

export interface ActivateModelOptions {
  log: Log
  view: ConfigView
  models: ModelShelf
  /** Id of the engine to put in force; on the shelf. */
  engine: string
  by: string
  /** The writer's clock, ms. */
  now(): number
  build: string
  signal: AbortSignal
  /** A partition was rebuilt, and its brands are judged by the engine from there on. */
  onPartition?(partition: number, brands: number, mentions: number): void
}

/**
 * Puts another sentiment engine in force without a jump in any signal: judges what the log still holds by it, and writes
 * each brand's past, as the engine sees it, into the brand's partition together with the model's copy. The pointer moves
 * last, so that brands which come meanwhile and those of a run that was cut short are not left between two engines for
 * good: running it again finishes the work.
 */
export async function activateModel(
  options: ActivateModelOptions,
): Promise<{ brands: number; mentions: number }> {
  const { log, view, models, engine, by, build, signal } = options
  await view.refresh()
  const content = { engine }
  const version = versionOf(content)
  const record: ConfigVersion = {
    v: 1,
    type: 'version',
    kind: 'model',
    id: sentimentModelId,
    version,
    content,
  }
  const key = `model/${sentimentModelId}@${version}`
  const [stored] = await log.append([
    { topic: 'config', key, partition: configPartition, value: Buffer.from(JSON.stringify(record), 'utf8') },
  ])
  if (!stored) throw new Error('the log gave no offset for the model')
  const told = { brands: 0, mentions: 0 }
  for (const [partition, brands] of byPartition(view)) {
    const rebuilt = await rebuildPartition({ log, partition, models, engine, brands, build, signal })
    // At once: what came since it was read stays as it was judged.
    await log.append(
      brands.map((brand) => {
        const past = rebuilt.brands.get(brand)
        const copy: ConfigCopy = {
          v: 1,
          type: 'config',
          kind: 'model',
          id: sentimentModelId,
          version,
          brand,
          // Below the pointer's, which repeats the same version later and changes nothing then.
          configOffset: stored.offset,
          active: true,
          content: past ? { engine, rebuilt: Buffer.from(past).toString('base64') } : content,
        }
        return { topic: 'mentions', key: brand, value: Buffer.from(JSON.stringify(copy), 'utf8') } as const
      }),
    )
    told.brands += brands.length
    told.mentions += rebuilt.mentions
    options.onPartition?.(partition, brands.length, rebuilt.mentions)
  }
  await publishConfig(log, view, [{ kind: 'model', id: sentimentModelId, content }], by, options.now())
  return told
}

function byPartition(view: ConfigView): Map<number, string[]> {
  const partitions = new Map<number, string[]>()
  for (const { id } of view.brands()) {
    const partition = partitionOf(id)
    partitions.set(partition, [...(partitions.get(partition) ?? []), id])
  }
  return new Map([...partitions].sort(([a], [b]) => a - b))
}
