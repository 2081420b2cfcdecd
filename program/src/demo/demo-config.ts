import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { demoBrands, toBrandConfig } from '@nabiz/ingest'
import { checkConfig } from '@nabiz/shared/config'
import type { BrandConfig } from '@nabiz/shared/contracts'
import { type NabizConfig, nabizConfig } from '../config/nabiz-config.ts'
import { demoDataDir } from './demo-data-dir.ts'

/** The brand whose crisis begins by itself, and how long after the start of real time. */
export const demoCrisis = { brand: 'kuzey-air', startsAfterSeconds: 10 }

/** One world for the history and for real time. */
export const demoSeed = 'nabiz'

/** Mentions in the busiest hour of the busiest demonstration brand stay well below it: a first day is no crisis. */
const firstDayPerHour = 1_000

/** The demonstration's config: three invented brands, the simulator, and pages that go to the terminal. */
export async function makeDemoConfig(
  continueFrom: number,
  language: BrandConfig['language'],
): Promise<NabizConfig> {
  const [ingest, scoring, alerting] = await Promise.all([7_010, 7_020, 7_030].map(freePort))
  const config = {
    instance: 'demo',
    dataDir: demoDataDir,
    brands: demoBrands.map((brand) => ({ ...toBrandConfig(brand), language })),
    thresholds: [{ id: 'default', floors: { firstDayPerHour } }],
    plans: [{ id: 'default', steps: [{ channels: ['log'], escalateAfterMinutes: 5 }], repeats: 1 }],
    ingest: {
      port: ingest,
      connectors: [
        {
          platform: 'simulator',
          seed: demoSeed,
          crisis: demoCrisis,
          // Steeper than a usual one, so that a stranger need not wait for it.
          crisisShape: { factor: 60, rampMinutes: 1, peakMinutes: 10, halfLifeMinutes: 10 },
          continueFrom,
        },
      ],
    },
    scoring: { port: scoring },
    alerting: {
      port: alerting,
      publicUrl: `http://127.0.0.1:${alerting}`,
      ackSecret: { env: 'DEMO_ACK_SECRET' },
      channels: [{ id: 'log', type: 'log' }],
    },
  }
  const environment = { DEMO_ACK_SECRET: randomBytes(32).toString('base64url') }
  return checkConfig(nabizConfig, config, 'the demonstration', environment)
}

/** The usual port, or any free one when something listens there. */
function freePort(wanted: number): Promise<number> {
  const probe = (port: number) =>
    new Promise<number | undefined>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(undefined))
      server.listen(port, '127.0.0.1', () => {
        const address = server.address()
        const found = typeof address === 'object' && address !== null ? address.port : port
        server.close(() => resolve(found))
      })
    })
  return probe(wanted)
    .then((port) => port ?? probe(0))
    .then((port) => port ?? wanted)
}
