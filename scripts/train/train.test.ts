import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createJudge, labelOf } from '../../services/scoring/src/sentiment/model/linear-model.ts'
import { decodeModel } from '../../services/scoring/src/sentiment/model/model-file.ts'
import { type BackendName, useBackend } from './backend.ts'
import { datasetOf, NEVER, readDatasets } from './dataset.ts'
import { createRandom, logitsByTensorFlow, runEpoch } from './fit.ts'
import { classWeightsOf, createLearner } from './learner.ts'
import { lexiconSentences } from './lexicon-sentences.ts'
import { quantise } from './quantise.ts'
import { SENTENCE_SAY } from './settings.ts'
import { train } from './train.ts'

const BITS = 12
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('train', () => {
  it('writes a model that tells the labels of its data, figures and curves', async () => {
    const { out, request } = setup()
    const { id } = await train(request)
    const model = decodeModel(readFileSync(join(out, 'sentiment.model')), 'trained')
    expect(model.id).toBe(id)
    const metrics = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8'))
    expect(metrics).toMatchObject({ model: id, backend: 'cpu', seed: 1 })
    expect(metrics.languages.tr.macroRecall).toBeGreaterThan(0.9)
    expect(Math.abs(metrics.languages.tr.share.corrected.bias)).toBeLessThan(0.02)
    expect(readFileSync(join(out, 'curves.svg'), 'utf8')).toMatch(/^<svg .*tr-fold-1.*<\/svg>\n$/s)
    expect(existsSync(join(out, '.checkpoint'))).toBe(false)
  })

  it('gives the same file when it was stopped half way and run again', async () => {
    const whole = setup()
    await train(whole.request)
    const stopped = setup()
    const seen: string[] = []
    const stopping = train({
      ...stopped.request,
      epochDone(run, epoch) {
        if (run === 'tr-fold-3' && epoch === 3) throw new Error('stopped')
      },
    })
    await expect(stopping).rejects.toThrow('stopped')
    await train({ ...stopped.request, epochDone: (run, epoch) => seen.push(`${run} ${epoch}`) })
    expect(seen[0]).toBe('tr-fold-3 3')
    for (const file of ['sentiment.model', 'metrics.json', 'curves.svg']) {
      expect(readFileSync(join(stopped.out, file)), file).toEqual(readFileSync(join(whole.out, file)))
    }
  })

  it('begins anew where the data changed since the checkpoint', async () => {
    const { data, request } = setup()
    const stop = () => {
      throw new Error('stopped')
    }
    const failing = train({ ...request, epochDone: (_, epoch) => (epoch === 2 ? stop() : undefined) })
    await expect(failing).rejects.toThrow('stopped')
    writeFileSync(join(data, 'tr-more-train.tsv'), 'negative\tBir daha asla\n'.repeat(5) + someRows(1))
    const seen: string[] = []
    await train({ ...request, epochDone: (run, epoch) => seen.push(`${run} ${epoch}`) })
    expect(seen[0]).toBe('tr-fold-1 1')
  })

  it('learns from an extra file and never measures on it', async () => {
    const { data, out, request } = setup()
    // the same words with the labels turned round would spoil every figure if they were measured on
    const turned = someRows(20).replaceAll('negative\t', 'x\t').replaceAll('positive\t', 'negative\t')
    writeFileSync(join(data, 'tr-turned.tsv'), turned.replaceAll('x\t', 'positive\t'))
    const without = await train(request)
    const extra = await train({ ...request, extras: ['tr-turned.tsv'] })
    expect(extra.id).not.toBe(without.id)
    const { tr } = JSON.parse(readFileSync(join(out, 'metrics.json'), 'utf8')).languages
    expect(tr).toMatchObject({ texts: 120, files: ['tr-posts-train.tsv', 'tr-turned.tsv'] })
    expect(tr.macroRecall).toBeGreaterThan(0.9)
    await expect(train({ ...request, extras: ['tr-nowhere.tsv'] })).rejects.toThrow(
      '--extra: found tr-nowhere.tsv',
    )
  })

  it('adds sentences of the lexicon to Turkish with little say, and never measures on them', () => {
    const { data } = setup()
    const [plain] = readDatasets(data, BITS)
    const [enlarged] = readDatasets(data, BITS, [], true)
    const added = lexiconSentences()
    expect(enlarged?.texts).toEqual([...(plain?.texts ?? []), ...added.map(({ text }) => text)])
    expect(enlarged?.folds.subarray(120).every((fold) => fold === NEVER)).toBe(true)
    expect(enlarged?.folds.subarray(0, 120)).toEqual(plain?.folds)
    expect([...new Set(enlarged?.says)]).toEqual([1, Math.fround(SENTENCE_SAY)])
    expect(enlarged?.hash).not.toBe(plain?.hash)
  })

  it('refuses a folder without training files and names a line it cannot read', async () => {
    const { data, request } = setup()
    writeFileSync(join(data, 'tr-posts-train.tsv'), 'bad\tRezalet\n')
    await expect(train(request)).rejects.toThrow('tr-posts-train.tsv:1: found label "bad"')
    rmSync(join(data, 'tr-posts-train.tsv'))
    await expect(train(request)).rejects.toThrow(/--data: found no <language>-<name>-train\.tsv in/)
  })
})

describe('backends', () => {
  it('learn the same within 1e-4', async () => {
    const cpu = await learnOn('cpu')
    const wasm = await learnOn('wasm')
    expect(cpu.logits.length).toBe(wasm.logits.length)
    cpu.logits.forEach((logit, index) => {
      expect(Math.abs(logit - (wasm.logits[index] ?? Number.NaN))).toBeLessThan(1e-4)
    })
  })

  it('refuse a name that does not work here and say why', async () => {
    await expect(useBackend('node')).rejects.toThrow(/--backend node: none works \(node: /)
  })
})

describe('inference', () => {
  it('gives the logits of the TensorFlow.js model, and the same labels after quantisation', async () => {
    const { dataset, learner, logits, rows } = await learnOn('cpu')
    const { weights, scale } = quantise(learner)
    const [low = 0, middle = 0, high = 0] = learner.bias
    const part = {
      language: 'tr' as const,
      bias: { negative: low - middle, positive: high - middle },
      labelOffset: { negative: 0, positive: 0 },
      calibration: { temperature: 1, bias: { negative: 0, positive: 0 } },
    }
    const judge = createJudge({ ...part, weights, scale })
    rows.forEach((row) => {
      const buckets = dataset.features[row] as Int32Array
      const negative = (logits[row * 3] ?? 0) - (logits[row * 3 + 1] ?? 0)
      const positive = (logits[row * 3 + 2] ?? 0) - (logits[row * 3 + 1] ?? 0)
      const exact = exactLogits(learner, buckets)
      expect(Math.abs(exact.negative - negative)).toBeLessThan(1e-4)
      expect(Math.abs(exact.positive - positive)).toBeLessThan(1e-4)
      const judged = judge({ buckets, count: buckets.length })
      // half a step of the scale for each feature, over the root of their number
      const bound = 0.5 * scale * Math.sqrt(buckets.length) + 1e-4
      expect(Math.abs(judged.negativeLogit - negative)).toBeLessThan(bound)
      expect(Math.abs(judged.positiveLogit - positive)).toBeLessThan(bound)
      expect(judged.label).toBe(labelOf(negative, positive))
    })
  })
})

function exactLogits(learner: { weights: Float32Array; bias: Float32Array }, buckets: Int32Array) {
  const logit = (label: number) => {
    let sum = 0
    for (const bucket of buckets) sum += learner.weights[bucket * 3 + label] ?? 0
    return sum / Math.sqrt(buckets.length) + (learner.bias[label] ?? 0)
  }
  return { negative: logit(0) - logit(1), positive: logit(2) - logit(1) }
}

async function learnOn(backend: BackendName) {
  await useBackend(backend)
  const rows = someRows(20)
    .trim()
    .split('\n')
    .map((line) => {
      const [label = '', text = ''] = line.split('\t')
      return { label: label as 'negative', text }
    })
  const dataset = datasetOf(rows, 'tr', BITS)
  const all = Int32Array.from(dataset.truth, (_, row) => row)
  const learner = createLearner(2 ** BITS, dataset, all)
  for (let epoch = 1; epoch <= 3; epoch++) {
    runEpoch(learner, dataset, all, classWeightsOf(dataset, all), createRandom(epoch), () => undefined)
  }
  return { dataset, learner, rows: all, logits: logitsByTensorFlow(learner, dataset, all) }
}

/** Invented posts about invented shops; `copies` of each pattern, told apart by their first word. */
function someRows(copies: number): string {
  const patterns = {
    negative: ['kargo gelmedi, rezalet bir hizmet', 'berbat bir deneyim, param geri verilmedi'],
    neutral: ['yarın saat 10 gibi açılacak', 'yeni şubenin adresi paylaşıldı'],
    positive: ['harika bir hizmet, teşekkürler', 'çok memnun kaldım, tavsiye ederim'],
  }
  const shops = [
    'Zirvem',
    'Kuzeyli',
    'Mavikent',
    'Ovaköy',
    'Limonlu',
    'Yelken',
    'Tepeli',
    'Çınaraltı',
    'Pusula',
    'Kumsal',
  ]
  let text = ''
  for (let copy = 0; copy < copies; copy++) {
    for (const [label, sentences] of Object.entries(patterns)) {
      for (const sentence of sentences) {
        text += `${label}\t${shops[copy % shops.length]}${'abcde'[copy % 5]} ${sentence}\n`
      }
    }
  }
  return text
}

function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-train-'))
  folders.push(folder)
  const data = join(folder, 'data')
  const out = join(folder, 'out')
  mkdirSync(data)
  writeFileSync(join(data, 'tr-posts-train.tsv'), someRows(20))
  return {
    data,
    out,
    request: { data, out, seed: 1, backend: 'cpu' as const, bits: BITS, say: () => undefined },
  }
}
