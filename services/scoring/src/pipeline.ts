import { DependencyError } from '@nabiz/shared/errors'
import type { Batch, PartitionHandler, Position } from '@nabiz/shared/log'
import type { Progress } from '@nabiz/shared/pipeline'
import type { Manifest } from '@nabiz/shared/store'
import { missingModel } from './missing-model.ts'
import type { Failures, RuntimeOptions } from './partition-loaded.ts'
import { PartitionRuntime, ReloadNeeded, stateVersion } from './partition-runtime.ts'
import { readSkips } from './steps/read-skips.ts'

export interface PipelineOptions extends RuntimeOptions {
  /** Engine that no process has any more and whose results may stand in a state that goes on with the default one. */
  acceptModelChangeFrom: string | undefined
  /** Told how far each partition's effects are written. */
  progress: Progress | undefined
  /** Has the partition assigned again: its memory is dropped and it is read from its manifest. */
  reassign(partition: number): void
}

/**
 * The stage's way with a partition: load what the manifest names, apply batches, write, checkpoint. Memory does not
 * outlive a hand-over: every assignment begins at the manifest.
 */
export function createPipeline(options: PipelineOptions): PartitionHandler {
  const { log, states, engine, telemetry, models } = options
  const runtimes = new Map<number, PartitionRuntime>()
  const failures = new Map<number, Failures>()

  async function assigned(partition: number): Promise<Position | undefined> {
    const topicId = await log.topicId('mentions')
    const loaded = await states.load(partition)
    if (loaded.manifest) checkManifest(partition, loaded.manifest)
    const model = modelOf(loaded.manifest)
    const state = loaded.manifest ? engine.decode(loaded.values, model) : engine.create(model)
    for (const [id, brand] of engine.models(state))
      if (!models.has(id)) throw missingModel(partition, brand, id, models)
    const known = failures.get(partition) ?? { skips: new Map() }
    failures.set(partition, known)
    known.skips = await readSkips(log, partition)
    const base = loaded.manifest
    const { values } = loaded
    const runtime = { topicId, state, base, values, failures: known, model }
    runtimes.set(partition, new PartitionRuntime(partition, runtime, options))
    telemetry.loaded(partition, loaded.manifest?.offset)
    return loaded.manifest && { topicId: loaded.manifest.topicId, offset: loaded.manifest.offset }
  }

  function checkManifest(partition: number, manifest: Manifest): void {
    if (manifest.stateVersion !== stateVersion) {
      throw new DependencyError(
        'log_mismatch',
        `scoring state of partition ${partition} has version ${manifest.stateVersion}, this build reads ${stateVersion}: run the build that wrote it, or drop the state so that it is rebuilt from the log`,
        { retryable: false },
      )
    }
    if (!models.has(manifest.model) && manifest.model !== options.acceptModelChangeFrom) {
      throw new DependencyError(
        'log_mismatch',
        `scoring state of partition ${partition} was made with the sentiment engine ${manifest.model}, this process has ${models.ids().join(', ')}: run the build and config that have it, or set scoring.acceptModelChangeFrom to ${manifest.model}`,
        { retryable: false },
      )
    }
  }

  /** The engine for brands whose config names none: the one the state was made with, while there is one. */
  function modelOf(manifest: Manifest | undefined): string {
    return manifest && models.has(manifest.model) ? manifest.model : models.defaultId
  }

  return {
    assigned,
    async process(batch: Batch, signal: AbortSignal) {
      const runtime = runtimes.get(batch.partition)
      if (!runtime) throw new Error(`partition ${batch.partition} is not assigned`)
      try {
        await runtime.process(batch, signal)
        options.progress?.advance(batch.partition, (batch.records.at(-1)?.offset ?? -1) + 1)
      } catch (err) {
        if (!(err instanceof ReloadNeeded)) throw err
        runtimes.delete(batch.partition)
        options.reassign(batch.partition)
      }
    },
    async revoked(partition) {
      const runtime = runtimes.get(partition)
      runtimes.delete(partition)
      // A last checkpoint saves the next owner work; without it nothing is lost.
      await runtime
        ?.checkpoint(AbortSignal.timeout(5_000))
        .catch((err: unknown) => telemetry.waiting('checkpoint', err))
    },
    stopped: (partition, err) => telemetry.partitionStopped(partition, err),
  }
}
