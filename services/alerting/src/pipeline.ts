import type { Batch, PartitionHandler, Position } from '@nabiz/shared/log'
import { type Progress, untilReachable } from '@nabiz/shared/pipeline'
import { emptyState } from './incidents/incident.ts'
import { decodeState } from './partition/codec.ts'
import { isBehindLog } from './partition/is-behind-log.ts'
import { type OwnerOptions, PartitionLost, PartitionOwner } from './partition/partition-owner.ts'

export interface PipelineOptions extends OwnerOptions {
  /** Partitions this member holds; kept up to date here, read by the sender and HTTP. */
  owners: Map<number, PartitionOwner>
  random: () => number
  /** Told how far each partition's effects are written. */
  progress: Progress | undefined
  /** Aborted when the service stops: an unreachable store is not waited for any longer. */
  stopping: AbortSignal
  /** Something changed that the sender should look at. */
  wake(): void
  /** Waits for the deliveries under way in a partition; called before it is given up. */
  drain(partition: number): Promise<void>
  /** Drops the owner's memory and has the partition assigned again, once however often it is told. */
  onLost(owner: PartitionOwner): void
}

/** The stage's way with a partition of `breaches`: load what the manifest names, read, apply, write; then people are told. */
export function createPipeline(options: PipelineOptions): PartitionHandler {
  const { owners, log, states, telemetry, clock } = options

  async function load(partition: number): Promise<{ owner: PartitionOwner; position: Position | undefined }> {
    const topicId = await log.topicId('breaches')
    const bounds = (await log.bounds('breaches')).find((entry) => entry.partition === partition)
    const { manifest, values } = await states.load(partition)
    const end = bounds?.end ?? 0
    const state = manifest ? decodeState(manifest, values) : { ...emptyState, historyEnd: end }
    const position = manifest?.offset ?? bounds?.earliest ?? 0
    const isBehind = await isBehindLog(log, partition, state, clock.now())
    if (isBehind) telemetry.behindLog(partition)
    const owner = new PartitionOwner(
      {
        partition,
        topicId: manifest?.topicId ?? topicId,
        state,
        manifest,
        position,
        catchUpTo: end,
        isBehindLog: isBehind,
      },
      options,
    )
    return { owner, position: manifest && { topicId: manifest.topicId, offset: manifest.offset } }
  }

  return {
    async assigned(partition) {
      owners.get(partition)?.abandon()
      const { owner, position } = await load(partition)
      owners.set(partition, owner)
      telemetry.loaded(partition, owner.state.incidents.size)
      options.wake()
      return position
    },

    async process(batch: Batch, signal: AbortSignal) {
      const owner = owners.get(batch.partition)
      if (!owner) throw new Error(`partition ${batch.partition} is not assigned`)
      try {
        await owner.take(batch.records)
        options.wake()
        // Open incidents go on escalating from memory meanwhile.
        await untilReachable(() => owner.write(), {
          clock,
          random: options.random,
          signal: AbortSignal.any([signal, options.stopping]),
          onWait: (err) => telemetry.waiting('state', err),
        })
      } catch (err) {
        if (!(err instanceof PartitionLost)) throw err
        options.onLost(owner)
        return
      }
      const last = batch.records.at(-1)
      if (last) options.progress?.advance(batch.partition, last.offset + 1)
      if (last) telemetry.lag(batch.partition, Math.max(0, batch.end - last.offset - 1))
    },

    async revoked(partition) {
      const owner = owners.get(partition)
      if (!owner) return
      await options.drain(partition)
      if (owners.get(partition) === owner) owners.delete(partition)
      // Whatever memory is ahead by is found again by reading; a last write only saves the next owner work.
      if (owner.needsWrite) await owner.write().catch((err: unknown) => telemetry.waiting('state', err))
      owner.abandon()
    },

    stopped: (partition, err) => telemetry.partitionStopped(partition, err),
  }
}
