import { hostname } from 'node:os'
import { alertingConfig } from '@nabiz/alerting'
import { ingestConfig } from '@nabiz/ingest'
import { scoringConfig, sentimentConfig } from '@nabiz/scoring'
import { brandConfig, planConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { kafkaLogConfig } from '@nabiz/shared/log'
import { redisStoreConfig } from '@nabiz/shared/store'
import { z } from 'zod'
import { driversCheck } from './check-drivers.ts'
import { referencesCheck } from './check-references.ts'

const embeddedLogConfig = z.strictObject({
  driver: z.literal('embedded'),
  /** False: what was acknowledged survives a crash of the process, but not a power cut. */
  fsync: z.boolean().default(true),
})
const embeddedStoreConfig = z.strictObject({ driver: z.literal('embedded') })

/** A section without `driver` means the embedded one. */
function withDriver<T extends z.ZodType>(schema: T) {
  const named = (value: unknown) =>
    typeof value === 'object' && value !== null && !('driver' in value)
      ? { driver: 'embedded', ...value }
      : value
  return z.preprocess(named, schema)
}

/** The whole of nabiz.yaml. Every field has a default fit for a laptop. */
export const nabizConfig = z
  .strictObject({
    /** Stable name of this process; two processes must not share one. */
    instance: z.string().min(1).max(128).default(hostname),
    /** Folder of the embedded log and store. */
    dataDir: z.string().min(1).default('.nabiz/data'),
    /** The stream: files in `dataDir`, or Apache Kafka for several processes. */
    log: withDriver(z.discriminatedUnion('driver', [embeddedLogConfig, kafkaLogConfig])).prefault({}),
    /** Keyed state: files in `dataDir`, or Redis; as the log is. */
    store: withDriver(z.discriminatedUnion('driver', [embeddedStoreConfig, redisStoreConfig])).prefault({}),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    outgoing: z
      .strictObject({
        /** Hosts on private addresses that may be called: an inner mail relay, a webhook receiver. */
        allowHosts: z.array(z.string().min(1)).default([]),
      })
      .prefault({}),
    brands: z.array(brandConfig).default([]),
    thresholds: z.array(thresholdsConfig).default([]),
    plans: z.array(planConfig).default([]),
    ingest: ingestConfig.prefault({}),
    scoring: scoringConfig.prefault({}),
    /** Who judges what mentions say. */
    sentiment: sentimentConfig.prefault({}),
    alerting: alertingConfig.prefault({}),
  })
  .check(referencesCheck)
  .check(driversCheck)
export type NabizConfig = z.output<typeof nabizConfig>
