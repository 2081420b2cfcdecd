import { DependencyError } from '@nabiz/shared/errors'
import type { Batch, PartitionHandler, Position } from '@nabiz/shared/log'
import type { Progress } from '@nabiz/shared/pipeline'
import type { Manifest } from '@nabiz/shared/store'
import {
  type Failures,
  judgementsPositionName,
  PartitionRuntime,
  ReloadNeeded,
  type RuntimeOptions,
  stateVersion,
} from './partition-runtime.ts'
import { readSkips } from './steps/read-skips.ts'

export interface PipelineOptions extends RuntimeOptions {
  /** Engine whose results may stand in a state that this one goes on with. */
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
  const { log, states, engine, telemetry } = options
  const runtimes = new Map<number, PartitionRuntime>()
  const failures = new Map<number, Failures>()

  async function assigned(partition: number): Promise<Position | undefined> {
    const topicId = await log.topicId('mentions')
    const loaded = await states.load(partition)
    if (loaded.manifest) checkManifest(partition, loaded.manifest)
    const state = loaded.manifest ? engine.decode(loaded.values) : engine.create()
    const known = failures.get(partition) ?? { skips: new Map() }
    failures.set(partition, known)
    known.skips = await readBacklogSkips(partition, loaded.manifest)
    const position = loaded.values.get(judgementsPositionName)
    runtimes.set(
      partition,
      new PartitionRuntime(
        partition,
        topicId,
        state,
        loaded.manifest,
        known,
        options,
        position && Number(Buffer.from(position).toString('utf8')),
      ),
    )
    telemetry.loaded(partition, loaded.manifest?.offset)
    return loaded.manifest && { topicId: loaded.manifest.topicId, offset: loaded.manifest.offset }
  }

  /** Skips of what is still to be read; a position outside the log is refused by the log itself. */
  async function readBacklogSkips(
    partition: number,
    manifest: Manifest | undefined,
  ): Promise<Map<number, string>> {
    const bounds = (await log.bounds('mentions')).find((one) => one.partition === partition)
    const from = manifest?.offset ?? bounds?.earliest ?? 0
    const isInside = bounds !== undefined && from >= bounds.earliest && from <= bounds.end
    return isInside ? readSkips(log, partition, from) : new Map()
  }

  function checkManifest(partition: number, manifest: Manifest): void {
    if (manifest.stateVersion !== stateVersion) {
      throw new DependencyError(
        'log_mismatch',
        `scoring state of partition ${partition} has version ${manifest.stateVersion}, this build reads ${stateVersion}: run the build that wrote it, or drop the state so that it is rebuilt from the log`,
        { retryable: false },
      )
    }
    if (manifest.model !== options.engineId && manifest.model !== options.acceptModelChangeFrom) {
      throw new DependencyError(
        'log_mismatch',
        `scoring state of partition ${partition} was made with the sentiment engine ${manifest.model}, this build has ${options.engineId}: run the build that has it, or set scoring.acceptModelChangeFrom to ${manifest.model}`,
        { retryable: false },
      )
    }
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
