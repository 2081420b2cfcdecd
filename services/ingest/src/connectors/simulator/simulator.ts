import { type Secret, secret } from '@nabiz/shared/config'
import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import {
  type ConnectorContext,
  defineConnector,
  type StreamWay,
  type WebhookRequest,
  type WebhookWay,
} from '../connector.ts'
import { isSame } from '../shared/signatures.ts'
import { jsonAnswer, refusal } from '../shared/signed-webhook.ts'
import { type Crisis, crisisEnd, usualCrisis } from './crisis.ts'
import { demoBrands, simulatedBrand } from './simulated-brand.ts'
import { createSimulation, type Simulation } from './simulation.ts'

const crisisShape = z.strictObject({
  factor: z.number().min(1).max(1_000).default(usualCrisis.factor),
  rampMinutes: z.number().min(0.1).max(1_440).default(usualCrisis.rampMinutes),
  peakMinutes: z.number().min(0).max(10_080).default(usualCrisis.peakMinutes),
  halfLifeMinutes: z.number().min(0.1).max(10_080).default(usualCrisis.halfLifeMinutes),
  negativeShare: z.number().min(0).max(1).default(usualCrisis.negativeShare),
})

const config = z
  .strictObject({
    /** Another seed is another world. */
    seed: z.string().min(1).max(200).default('nabiz'),
    /** Invented brands that are talked about; each must also stand under `brands` to be watched. */
    simulatedBrands: z
      .array(simulatedBrand)
      .min(1)
      .default([...demoBrands]),
    /** A crisis that begins by itself. */
    crisis: z
      .strictObject({ brand: z.string(), startsAfterSeconds: z.number().min(0).default(60) })
      .optional(),
    /** How every crisis goes. */
    crisisShape: crisisShape.prefault({}),
    /** Begin here, ms since the epoch or ISO 8601, when nothing was simulated before: where a history made ends. */
    continueFrom: z
      .union([z.number().min(0), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
      .optional(),
    /** Asked of whoever starts a crisis, as `Authorization: Bearer …`; without it only this machine may. */
    token: secret.optional(),
  })
  .superRefine(({ crisis, simulatedBrands }, context) => {
    const ids = simulatedBrands.map((brand) => brand.id)
    if (!crisis || ids.includes(crisis.brand)) return
    const params = { found: `"${crisis.brand}"` }
    context.addIssue({
      code: 'custom',
      path: ['crisis', 'brand'],
      message: `one of ${ids.join(', ')}`,
      params,
    })
  })
type SimulatorConfig = z.output<typeof config>

/** What was missed for longer than this is not made up for: a platform keeps no more either. */
const longestCatchUpMs = 24 * hour
const tickMs = 1 * second

/** Where the stream stands, and the crises under way. */
const cursorShape = z.object({
  at: z.number(),
  crises: z.array(z.object({ brand: z.string(), startsAt: z.number() })),
})
type Started = z.infer<typeof cursorShape>['crises'][number]

/** Invented brands, talked about in real time with a daily rhythm, and a crisis by itself or on demand. */
export const simulator = defineConnector({
  platform: 'simulator',
  description: {
    title: 'Simulator',
    ways: ['made here'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: false,
    },
    needs: [],
    apis: {},
  },
  bare: { config: {}, environment: {} },
  config,
  create: (options, context) => {
    const stage = new Stage(options)
    return { ways: [createStream(stage, context), createTrigger(stage, options.token, context)] }
  },
})

/** What the stream and the trigger share: the crises under way, and whether this replica is the one that simulates. */
class Stage {
  readonly simulation: Simulation
  readonly options: SimulatorConfig
  started: Started[] = []
  isRunning = false
  /** When the configured crisis begins; set at the first run. */
  plannedAt: number | undefined

  constructor(options: SimulatorConfig) {
    this.options = options
    this.simulation = createSimulation({ seed: options.seed, brands: options.simulatedBrands })
  }

  crises(): Crisis[] {
    return this.started.map((started) => ({ ...started, ...this.options.crisisShape }))
  }

  /** False: that brand's crisis is under way. */
  begin(brand: string, now: number): boolean {
    const isUnderWay = this.crises().some((crisis) => crisis.brand === brand && crisisEnd(crisis) > now)
    if (!isUnderWay) this.started.push({ brand, startsAt: now })
    return !isUnderWay
  }

  forgetOver(now: number): void {
    const ends = this.crises().map(crisisEnd)
    this.started = this.started.filter((_, index) => (ends[index] ?? 0) > now)
  }
}

function createStream(stage: Stage, { clock }: ConnectorContext): StreamWay {
  const { simulation, options } = stage
  return {
    way: 'stream',
    async run(stored, next, signal) {
      let at = resume(stage, stored, clock.now())
      const { crisis } = options
      if (crisis) stage.plannedAt ??= clock.now() + crisis.startsAfterSeconds * second
      stage.isRunning = true
      try {
        while (!signal.aborted) {
          const now = clock.now()
          if (crisis && stage.plannedAt !== undefined && now >= stage.plannedAt) {
            stage.begin(crisis.brand, now)
            stage.plannedAt = Number.POSITIVE_INFINITY
          }
          // A minute at a time: behind, whole minutes; live, the second that passed.
          const to = Math.min(now, (Math.floor(at / minute) + 1) * minute)
          const from = at
          const items = simulation
            .minute(from, stage.crises())
            .filter((item) => item.at >= from && item.at < to)
            .map(({ item }) => item)
          if (to > from) {
            at = to
            stage.forgetOver(to)
            await next({ items }, JSON.stringify({ at, crises: stage.started }), now - to)
          }
          if (to >= now) await clock.sleep(tickMs, signal)
        }
      } finally {
        stage.isRunning = false
      }
    },
  }
}

/** Where to go on; crises of the cursor go on with it, beside those begun here. */
function resume(stage: Stage, stored: string | undefined, now: number): number {
  if (stored === undefined) return Math.max(stage.options.continueFrom ?? now, now - longestCatchUpMs)
  const cursor = cursorShape.parse(JSON.parse(stored))
  const ids = new Set(stage.options.simulatedBrands.map((brand) => brand.id))
  const known = cursor.crises.filter(({ brand }) => ids.has(brand))
  const begunSince = stage.started.filter(({ brand }) => !known.some((crisis) => crisis.brand === brand))
  stage.started = [...known, ...begunSince]
  return Math.max(cursor.at, now - longestCatchUpMs)
}

/** `POST …?brand=kuzey-air` starts that brand's crisis now. */
function createTrigger(stage: Stage, token: Secret | undefined, { clock }: ConnectorContext): WebhookWay {
  const ids = stage.options.simulatedBrands.map((brand) => brand.id)
  return {
    way: 'webhook',
    isControl: true,
    authenticate(request) {
      if (request.method !== 'POST' || isAllowed(request, token)) return undefined
      return token
        ? refusal('signature_wrong', 401, 'send the token as Authorization: Bearer …')
        : refusal('not_local', 403, 'only from this machine; or set a token')
    },
    async handle(request) {
      if (request.method !== 'POST') return jsonAnswer(405, { error: 'POST, with ?brand=' })
      const brand = request.query.brand ?? ''
      if (!ids.includes(brand)) return jsonAnswer(400, { error: `brand: one of ${ids.join(', ')}` })
      if (!stage.isRunning) return jsonAnswer(409, { error: 'another replica simulates; send it there' })
      if (!stage.begin(brand, clock.now()))
        return jsonAnswer(409, { error: `the crisis of ${brand} is under way` })
      return jsonAnswer(202, { started: brand, at: new Date(clock.now()).toISOString(), simulated: true })
    },
  }
}

/** With a token: who has it. Without: loopback, not through a proxy, and not from a web page. */
function isAllowed(request: WebhookRequest, token: Secret | undefined): boolean {
  const { headers } = request
  if (token) {
    return isSame(headers.authorization ?? '', `Bearer ${token.reveal()}`)
  }
  const isForwarded = headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined
  const isFromPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(request.remoteAddress) && !isForwarded && !isFromPage
}
