import { secret } from '@nabiz/shared/config'
import { z } from 'zod'
import { measured } from './measured-config.ts'
import { onnxEngineConfig } from './onnx-config.ts'

/** `sentiment.http`: a server of your own that judges texts in batches. */
export const httpEngineConfig = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' }),
  /** What the server calls its model, version included; an answer that names another is refused. */
  model: z.string().regex(/^[\w.:@/-]{1,100}$/, 'letters, digits and . _ : @ / -, at most 100'),
  /** Sent as a bearer token. */
  token: secret.optional(),
  /** Texts of one request. More is quicker on a GPU; fewer answer sooner. */
  batchSize: z.int().min(1).max(1_000).default(64),
  /** Requests under way at once. */
  concurrency: z.int().min(1).max(64).default(4),
  /** Until the whole answer to a request is there. */
  timeoutMs: z.int().min(50).max(60_000).default(2_000),
  /** Tries after the first, of a request that may succeed later. */
  retries: z.int().min(0).max(5).default(2),
  /** What is sent of a text, in UTF-16 units; the end is left out. */
  maxTextLength: z.int().min(16).max(100_000).default(2_000),
  /** Requests that failed in a row after which the server is left alone… */
  openAfterFailures: z.int().min(1).max(1_000).default(5),
  /** …for so long, before one request tries it. */
  openSeconds: z.number().min(0.05).max(3_600).default(10),
  ...measured,
})
export type HttpEngineConfig = z.infer<typeof httpEngineConfig>

export const customEngines = ['http', 'onnx'] as const
export type CustomEngineName = (typeof customEngines)[number]

/** An engine of your own, set up in the section of its name. */
const ownEngine = {
  engine: z.enum(customEngines),
  http: httpEngineConfig.optional(),
  onnx: onnxEngineConfig.optional(),
}

/** `sentiment.secondOpinion`: an engine that reads only a sample of the mentions behind a breach. */
export const secondOpinionConfig = z.strictObject({
  ...ownEngine,
  /** Mentions read for a breach at most. More narrow the range its share is told with; 64 give some 12 points either way. */
  sampleSize: z.int().min(8).max(1_000).default(64),
  /** What pages wait for it at most, all pages of a minute together. */
  timeoutSeconds: z.number().min(0.05).max(30).default(3),
})

/** The `sentiment` section of nabiz.yaml. */
export const sentimentConfig = z
  .strictObject({
    /** Who judges mentions: the engine that comes with Nabız, or one of your own, set up below. */
    engine: z.enum(['built-in', ...customEngines]).default('built-in'),
    /** What happens while an engine of your own is away: the built-in one judges, or mentions wait. */
    whileAway: z.enum(['built-in', 'wait']).default('built-in'),
    /** Texts whose verdicts an engine of your own need not give twice, about 300 bytes each. */
    rememberedTexts: z.int().min(1).max(10_000_000).default(20_000),
    http: httpEngineConfig.optional(),
    onnx: onnxEngineConfig.optional(),
    /** Another engine, asked what it makes of a breach; its word stands beside that of the engine above. */
    secondOpinion: secondOpinionConfig.check(sectionsCheck('sentiment.secondOpinion.engine')).optional(),
    /** Engines at hand beside the one above: the one still in force, or one that is to be activated. */
    alsoAtHand: z
      .array(z.strictObject(ownEngine).check(sectionsCheck('its engine')))
      .max(8)
      .default([]),
  })
  .check(sectionsCheck('sentiment.engine'))
export type SentimentConfig = z.infer<typeof sentimentConfig>

function isCustom(engine: string | undefined): engine is CustomEngineName {
  return customEngines.some((name) => name === engine)
}

/** An engine that is named needs its section; told together with all other faults. `field`: what names it. */
function sectionsCheck(field: string) {
  const named = z.looseObject({ engine: z.string().optional() }).catch({})
  const check = z.check<unknown>((payload) => {
    const config = named.parse(payload.value)
    const { engine } = config
    if (!isCustom(engine) || config[engine] !== undefined) return
    payload.issues.push({
      code: 'custom',
      input: payload.value,
      path: [engine],
      message: `a section, as ${field} is ${engine}`,
      params: { found: 'nothing' },
    })
  })
  check._zod.def.when = () => true
  return check
}
