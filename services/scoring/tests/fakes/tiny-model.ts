import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Words the tiny model knows, with what each adds to the logits of its three labels. */
const words: Record<string, readonly [number, number, number]> = {
  '[PAD]': [9, 9, 9],
  '[UNK]': [0, 0.2, 0],
  '[CLS]': [0, 1, 0],
  '[SEP]': [0, 0, 0],
  rezalet: [4, 0, 0],
  '##ler': [0.5, 0, 0],
  harika: [0, 0, 4],
  kargo: [0, 0.5, 0],
}

export interface TinyModelOptions {
  /** Names of the labels, in the order negative, neutral, positive. */
  labels?: readonly string[]
  /** False: a model without the input `attention_mask`, which reads padding as words. */
  hasMask?: boolean
}

/**
 * Writes a text classifier of a few hundred bytes into a folder, in the shape of a Hugging Face export: a BERT tokenizer
 * of eight words, and a graph that adds up one row of weights a token.
 */
export async function writeTinyModel(folder: string, options: TinyModelOptions = {}): Promise<void> {
  const { labels = ['LABEL_0', 'LABEL_1', 'LABEL_2'], hasMask = true } = options
  await mkdir(folder, { recursive: true })
  const json = (name: string, value: object) => writeFile(join(folder, name), JSON.stringify(value))
  await json('config.json', {
    model_type: 'bert',
    id2label: Object.fromEntries(labels.map((label, index) => [index, label])),
    max_position_embeddings: 64,
  })
  await json('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    pad_token: '[PAD]',
    model_max_length: 64,
  })
  await json('tokenizer.json', tokenizer())
  await writeFile(join(folder, 'model.onnx'), model(hasMask))
}

/** A folder with such a model; it goes when the test is over. */
export async function aTinyModelFolder(options: TinyModelOptions = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-onnx-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeTinyModel(folder, options)
  return folder
}

function tokenizer(): object {
  const names = Object.keys(words)
  const special = (content: string) => ({
    id: names.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })
  const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [token('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, token('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [names.indexOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(names.map((name, index) => [name, index])),
    },
  }
}

/** logits = sum over tokens of weights[token], times the mask; opset 13. Field numbers are those of onnx.proto. */
function model(hasMask: boolean): Buffer {
  const weights = Float32Array.from(Object.values(words).flat())
  const summed = hasMask ? 'masked' : 'rows'
  const nodes = [
    node('Gather', ['weights', 'input_ids'], 'rows'),
    ...(hasMask
      ? [
          node('Cast', ['attention_mask'], 'float_mask', { to: 1 }),
          node('Unsqueeze', ['float_mask', 'last_axis'], 'column'),
          node('Mul', ['rows', 'column'], 'masked'),
        ]
      : []),
    node('ReduceSum', [summed, 'token_axis'], 'logits', { keepdims: 0 }),
  ]
  const axis = (name: string, value: bigint) =>
    tensor(name, 7, [1], Buffer.from(BigInt64Array.of(value).buffer))
  const graph = [
    ...nodes.map((each) => field(1, each)),
    field(2, 'tiny'),
    field(5, tensor('weights', 1, [weights.length / 3, 3], Buffer.from(weights.buffer))),
    field(5, axis('token_axis', 1n)),
    ...(hasMask ? [field(5, axis('last_axis', 2n))] : []),
    ...['input_ids', ...(hasMask ? ['attention_mask'] : [])].map((name) =>
      field(11, value(name, 7, ['batch', 'tokens'])),
    ),
    field(12, value('logits', 1, ['batch', 3])),
  ]
  const opset = Buffer.concat([field(1, ''), field(2, 13)])
  return Buffer.concat([field(1, 8), field(7, Buffer.concat(graph)), field(8, opset)])
}

function node(
  type: string,
  inputs: readonly string[],
  output: string,
  ints: Record<string, number> = {},
): Buffer {
  const attributes = Object.entries(ints).map(([name, int]) =>
    field(5, Buffer.concat([field(1, name), field(3, int), field(20, 2)])),
  )
  return Buffer.concat([
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, type),
    ...attributes,
  ])
}

function tensor(name: string, type: number, dims: readonly number[], bytes: Buffer): Buffer {
  return Buffer.concat([...dims.map((dim) => field(1, dim)), field(2, type), field(8, name), field(9, bytes)])
}

function value(name: string, type: number, dims: readonly (string | number)[]): Buffer {
  const shape = dims.map((dim) => field(1, typeof dim === 'number' ? field(1, dim) : field(2, dim)))
  const tensorType = Buffer.concat([field(1, type), field(2, Buffer.concat(shape))])
  return Buffer.concat([field(1, name), field(2, field(1, tensorType))])
}

/** One field of a protobuf message: a number as varint, the rest by length. */
function field(number: number, content: number | string | Buffer): Buffer {
  if (typeof content === 'number') return Buffer.concat([varint(number * 8), varint(content)])
  const bytes = Buffer.from(content)
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes])
}

function varint(number: number): Buffer {
  const bytes: number[] = []
  for (let left = number; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left % 128) + 128)
  }
}
