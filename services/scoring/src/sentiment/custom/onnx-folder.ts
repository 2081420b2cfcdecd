import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { type SentimentLabel, sentimentLabels } from '@nabiz/shared/contracts'
import { ConfigError, type ConfigFault, messageOf } from '@nabiz/shared/errors'
import { z } from 'zod'
import type { OnnxEngineConfig } from './onnx-config.ts'

/** A text classifier as it was exported, read and checked. */
export interface OnnxFolder {
  model: Uint8Array
  tokenizer: Tokenizer
  /** Id that fills a row up to the batch's length. */
  padId: number
  /** What each logit stands for, in order. */
  labels: readonly SentimentLabel[]
  /** Tokens the model can take at most. */
  maxTokens: number
  /** SHA-256 of all that decides the figures, the first 12 hex digits. */
  hash: string
}

const modelConfig = z.looseObject({
  id2label: z.record(z.string(), z.string()),
  max_position_embeddings: z.int().min(8).optional(),
  pad_token_id: z.int().min(0).nullish(),
})
const tokenizerConfig = z.looseObject({
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
  model_max_length: z.number().nullish(),
})

/** Names of labels that say themselves what they mean, lower case. */
const knownNames: Readonly<Record<string, SentimentLabel>> = {
  negative: 'negative',
  neg: 'negative',
  olumsuz: 'negative',
  neutral: 'neutral',
  neu: 'neutral',
  notr: 'neutral',
  nötr: 'neutral',
  positive: 'positive',
  pos: 'positive',
  olumlu: 'positive',
}

/** Reads an export; ConfigError with every file that is missing or no such thing, and what was expected. */
export async function readOnnxFolder(config: OnnxEngineConfig): Promise<OnnxFolder> {
  const faults: ConfigFault[] = []
  const read = async (name: string): Promise<Buffer | undefined> => {
    try {
      return await readFile(join(config.folder, name))
    } catch {
      faults.push(fault(name, 'nothing that can be read', 'a file of a Hugging Face export'))
      return undefined
    }
  }
  const [model, tokenizerBytes, tokenizerConfigBytes, configBytes] = await Promise.all(
    [config.modelFile, 'tokenizer.json', 'tokenizer_config.json', 'config.json'].map(read),
  )
  const described = parsed('config.json', configBytes, modelConfig, faults)
  const about = parsed('tokenizer_config.json', tokenizerConfigBytes, tokenizerConfig, faults)
  const rules = parsed('tokenizer.json', tokenizerBytes, z.looseObject({ model: z.unknown() }), faults)
  const labels = described && labelsOf(described.id2label, config.labels, faults)
  let tokenizer: Tokenizer | undefined
  if (rules && about) {
    try {
      tokenizer = new Tokenizer(rules, about)
      tokenizer.encode('a')
    } catch (err) {
      faults.push(fault('tokenizer.json', messageOf(err).slice(0, 200), 'a tokenizer of a known kind'))
    }
  }
  if (!model || !described || !about || !labels || !tokenizer || faults.length > 0)
    throw new ConfigError('sentiment.onnx', faults)
  const padName = typeof about.pad_token === 'string' ? about.pad_token : about.pad_token?.content
  const padId = described.pad_token_id ?? (padName === undefined ? 0 : (tokenizer.token_to_id(padName) ?? 0))
  const { maxTokens, temperature, confusion } = config
  const hash = createHash('sha256')
  for (const bytes of [model, tokenizerBytes, tokenizerConfigBytes, configBytes]) {
    hash.update(
      createHash('sha256')
        .update(bytes ?? '')
        .digest(),
    )
  }
  hash.update(JSON.stringify([labels, maxTokens, temperature, Object.entries(confusion).sort()]))
  return {
    model,
    tokenizer,
    padId,
    labels,
    maxTokens: Math.min(
      maxTokens,
      described.max_position_embeddings ?? maxTokens,
      about.model_max_length ?? maxTokens,
    ),
    hash: hash.digest('hex').slice(0, 12),
  }
}

function fault(name: string, found: string, expected: string): ConfigFault {
  return { path: `sentiment.onnx.folder: ${name}`, found, expected }
}

function parsed<S extends z.ZodType>(
  name: string,
  bytes: Buffer | undefined,
  schema: S,
  faults: ConfigFault[],
): z.output<S> | undefined {
  if (!bytes) return undefined
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    faults.push(fault(name, 'no JSON', 'the file as Hugging Face wrote it'))
    return undefined
  }
  const checked = schema.safeParse(value)
  if (checked.success) return checked.data
  const issue = checked.error.issues[0]
  faults.push(
    fault(`${name}: ${issue?.path.join('.') ?? ''}`, issue?.message ?? 'another shape', 'that field'),
  )
  return undefined
}

/** What each label means: by the config's word, by its own name, or, of three without a name, by the usual order. */
function labelsOf(
  names: Readonly<Record<string, string>>,
  meanings: OnnxEngineConfig['labels'],
  faults: ConfigFault[],
): readonly SentimentLabel[] | undefined {
  const ordered = Object.entries(names).sort(([a], [b]) => Number(a) - Number(b))
  const isUnnamed = ordered.length === 3 && ordered.every(([, name]) => /^LABEL_\d$/.test(name))
  const labels = ordered.map(
    ([, name], index) =>
      meanings[name] ?? knownNames[name.toLowerCase()] ?? (isUnnamed ? sentimentLabels[index] : undefined),
  )
  const unknown = ordered.filter((_entry, index) => labels[index] === undefined).map(([, name]) => name)
  if (unknown.length > 0) {
    const expected = 'their meaning under sentiment.onnx.labels: negative, neutral or positive'
    faults.push(fault('config.json: id2label', unknown.join(', ').slice(0, 200), expected))
    return undefined
  }
  if (!labels.includes('negative')) {
    faults.push(fault('config.json: id2label', 'no label that means negative', 'one'))
    return undefined
  }
  return labels.filter((label) => label !== undefined)
}
