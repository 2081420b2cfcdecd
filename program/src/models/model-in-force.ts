import type { ModelShelf } from '@nabiz/scoring'
import { type ConfigView, publishConfig } from '@nabiz/shared/config-view'
import { modelConfig, partitionCount, sentimentModelId } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import type { Store } from '@nabiz/shared/store'

/** Id of the sentiment engine that the config has in force; undefined: none yet. */
export function modelInForce(view: Pick<ConfigView, 'get'>): string | undefined {
  const active = view.get('model', sentimentModelId)
  const content = modelConfig.safeParse(active?.content)
  return content.success ? content.data.engine : undefined
}

export interface FirstModelOptions {
  log: Log
  store: Store
  view: ConfigView
  models: Pick<ModelShelf, 'defaultId' | 'has'>
  by: string
  /** ms. */
  at: number
}

/**
 * Puts a sentiment engine in force where none ever was: the one that scoring's states were made with, so that a new build
 * shifts nothing, else the default one. Resolves to the engine in force.
 */
export async function putFirstModelInForce(options: FirstModelOptions): Promise<string> {
  const { log, store, view, models, by, at } = options
  await view.refresh()
  const known = modelInForce(view)
  if (known !== undefined) return known
  const engine = (await engineOfStates(store, models)) ?? models.defaultId
  await publishConfig(log, view, [{ kind: 'model', id: sentimentModelId, content: { engine } }], by, at)
  return engine
}

async function engineOfStates(store: Store, models: Pick<ModelShelf, 'has'>): Promise<string | undefined> {
  const states = store.partitions('scoring')
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const model = (await states.manifest(partition))?.model
    if (model !== undefined && models.has(model)) return model
  }
  return undefined
}
