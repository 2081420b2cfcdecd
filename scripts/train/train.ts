import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteLearned } from '../../program/bench/sentiment/learned-rows.ts'
import { FEATURES_VERSION } from '../../services/scoring/src/sentiment/model/features.ts'
import { decodeModel, encodeModel } from '../../services/scoring/src/sentiment/model/model-file.ts'
import { type BackendName, useBackend } from './backend.ts'
import { openCheckpoint } from './checkpoint.ts'
import { readDatasets } from './dataset.ts'
import { drawCurves } from './draw-curves.ts'
import { createRandom } from './fit.ts'
import * as settings from './settings.ts'
import { shareError } from './share-error.ts'
import { rowsToGoOver, trainLanguage } from './train-language.ts'

export interface TrainRequest {
  /** Folder with `<language>-<name>-train.tsv` files; each line label, tab, text. */
  data: string
  /** Files of that folder to learn from with less say and never to measure on. */
  extras?: readonly string[]
  /** Also learn from sentences made of the lexicon, never measured on (Turkish). */
  withLexicon?: boolean
  /** Folder for what comes out: `sentiment.model`, `learned.json`, `metrics.json`, `curves.svg`. */
  out: string
  seed: number
  backend: BackendName | 'auto'
  bits?: number
  say(line: string): void
  /** Told the rows to go over in all, and after each batch how many are done. */
  progress?(done: number, total: number): void
  epochDone?(run: string, epoch: number, loss: number): void
}

/** Trains a model of all languages the folder has data for. The same data and seed give the same file, resumed or not. */
export async function train(request: TrainRequest): Promise<{ id: string }> {
  const { data, out, seed, say } = request
  const bits = request.bits ?? settings.BITS
  const backend = await useBackend(request.backend)
  say(`TensorFlow.js runs on its ${backend} backend`)
  const datasets = readDatasets(data, bits, request.extras, request.withLexicon)
  for (const { language, files, truth } of datasets)
    say(`${language}: ${truth.length} texts from ${files.join(', ')}`)
  mkdirSync(out, { recursive: true })
  const key = createHash('sha256')
    .update(
      JSON.stringify([FEATURES_VERSION, bits, seed, backend, settings, datasets.map(({ hash }) => hash)]),
    )
    .digest('hex')
  const checkpoint = openCheckpoint(join(out, '.checkpoint'), key)
  if (checkpoint.resumed) say('going on from the checkpoint of an earlier run')

  const total = datasets.reduce(
    (sum, dataset) => sum + rowsToGoOver(dataset, settings.languageSettings[dataset.language]),
    0,
  )
  let done = 0
  const trained = datasets.map((dataset) =>
    trainLanguage(dataset, {
      bits,
      seed,
      settings: settings.languageSettings[dataset.language],
      checkpoint,
      progress(rows) {
        done += rows
        request.progress?.(done, total)
      },
      ...(request.epochDone === undefined ? {} : { epochDone: request.epochDone }),
    }),
  )

  const bytes = encodeModel({ bits, languages: trained.map(({ model }) => model) })
  const { id } = decodeModel(bytes, 'just trained')
  const metrics = {
    model: id,
    backend,
    seed,
    bytes: bytes.length,
    languages: Object.fromEntries(
      trained.map(({ figures, heldOut, model }, index) => [
        model.language,
        {
          files: datasets[index]?.files,
          texts: heldOut.truth.length,
          ...figures,
          share: shareError(
            heldOut,
            datasets[index]?.folds ?? new Uint8Array(),
            model.labelOffset,
            createRandom(seed),
          ),
          labelOffset: model.labelOffset,
          calibration: model.calibration,
          confusion: model.confusion,
        },
      ]),
    ),
    curves: checkpoint.state.curves,
  }
  writeFileSync(join(out, 'sentiment.model'), bytes)
  const learned = noteLearned(
    id,
    datasets.flatMap(({ texts }) => texts),
  )
  writeFileSync(join(out, 'learned.json'), `${JSON.stringify(learned)}\n`)
  writeFileSync(join(out, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`)
  writeFileSync(join(out, 'curves.svg'), drawCurves(checkpoint.state.curves))
  checkpoint.remove()
  return { id }
}
