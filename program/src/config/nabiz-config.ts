import { hostname } from 'node:os'
import { alertingConfig } from '@nabiz/alerting'
import { ingestConfig } from '@nabiz/ingest'
import { scoringConfig } from '@nabiz/scoring'
import { brandConfig, planConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { z } from 'zod'
import { referencesCheck } from './check-references.ts'

/** The whole of nabiz.yaml. Every field has a default fit for a laptop. */
export const nabizConfig = z
  .strictObject({
    /** Stable name of this process; two processes must not share one. */
    instance: z.string().min(1).max(128).default(hostname),
    /** Folder of the embedded log and store. */
    dataDir: z.string().min(1).default('.nabiz/data'),
    log: z
      .strictObject({
        driver: z.literal('embedded').default('embedded'),
        /** False: what was acknowledged survives a crash of the process, but not a power cut. */
        fsync: z.boolean().default(true),
      })
      .prefault({}),
    store: z.strictObject({ driver: z.literal('embedded').default('embedded') }).prefault({}),
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
    alerting: alertingConfig.prefault({}),
  })
  .check(referencesCheck)
export type NabizConfig = z.output<typeof nabizConfig>
