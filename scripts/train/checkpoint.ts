import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Learner } from './learner.ts'

/** A curve's point: after an epoch, the mean weighted loss on the rows learned from and the figures on the held-out ones. */
const point = z.strictObject({
  epoch: z.number(),
  loss: z.number(),
  macroRecall: z.number().optional(),
  macroF1: z.number().optional(),
})
export type CurvePoint = z.infer<typeof point>

const stateSchema = z.strictObject({
  /** Data, settings and backend; another key begins anew. */
  key: z.string(),
  /** Curves of the runs under way and done, by run. */
  curves: z.record(z.string(), z.array(point)),
  /** Held-out logits of the runs that are done, three a row. */
  logits: z.record(z.string(), z.array(z.number())),
})
export type TrainingState = z.infer<typeof stateSchema>

/** What a training has reached, on disk, so that a killed one goes on after its last whole epoch. */
export interface Checkpoint {
  readonly state: TrainingState
  /** True if there was something to go on from. */
  readonly resumed: boolean
  /** Fills the learner with what a run had after the epoch that its curve ends with. */
  load(run: string, learner: Learner): void
  /** Writes a run's learner, then the state that speaks of it. */
  save(run: string, learner: Learner): void
  /** Removes everything. */
  remove(): void
}

/** Opens the checkpoint in a folder; one with another key is thrown away. */
export function openCheckpoint(folder: string, key: string): Checkpoint {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'state.json')
  const found = existsSync(file) ? stateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))) : undefined
  const resumed = found?.success === true && found.data.key === key
  const state: TrainingState = resumed ? found.data : { key, curves: {}, logits: {} }
  const weightsFile = (run: string) =>
    join(folder, `${run}-${(state.curves[run]?.length ?? 0).toString()}.weights`)
  const parts = (learner: Learner) => [learner.weights, learner.squares, learner.bias, learner.biasSquares]
  return {
    state,
    resumed,
    load(run, learner) {
      const bytes = readFileSync(weightsFile(run))
      let at = 0
      for (const part of parts(learner)) {
        Buffer.from(part.buffer, part.byteOffset, part.byteLength).set(
          bytes.subarray(at, at + part.byteLength),
        )
        at += part.byteLength
      }
    },
    save(run, learner) {
      const bytes = parts(learner).map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))
      writeFileSync(weightsFile(run), Buffer.concat(bytes))
      // the state names the epoch, and so the file of weights: a kill in between leaves the pair before it
      writeFileSync(`${file}.new`, JSON.stringify(state))
      renameSync(`${file}.new`, file)
      const epochs = state.curves[run]?.length ?? 0
      rmSync(join(folder, `${run}-${epochs - 1}.weights`), { force: true })
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
