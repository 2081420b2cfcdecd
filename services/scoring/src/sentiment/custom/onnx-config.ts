import { sentimentLabel } from '@nabiz/shared/contracts'
import { z } from 'zod'
import { measured } from './measured-config.ts'

/** `sentiment.onnx`: a text classifier exported to ONNX, with its tokenizer, as Hugging Face's tools write it. */
export const onnxEngineConfig = z.strictObject({
  /** Holds `tokenizer.json`, `tokenizer_config.json`, `config.json` and the model. */
  folder: z.string().min(1),
  modelFile: z.string().min(1).default('model.onnx'),
  /** Which label the model's own names mean; names such as `negative`, `LABEL_0 … 2` of three need no word here. */
  labels: z.record(z.string(), sentimentLabel).default({}),
  /** Tokens read of a text; the end is left out. Never more than the model can take. */
  maxTokens: z.int().min(8).max(512).default(128),
  /** Texts that pass through the model together. */
  batchSize: z.int().min(1).max(256).default(16),
  /** Divides the logits: above 1 for a model that is too sure of itself. */
  temperature: z.number().min(0.05).max(20).default(1),
  /** Threads of one pass; 0: as the runtime likes. */
  threads: z.int().min(0).max(256).default(1),
  ...measured,
})
export type OnnxEngineConfig = z.infer<typeof onnxEngineConfig>
