import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { z } from 'zod'
import type { ConnectorFactory } from './connectors/connector.ts'
import { connectors, type PlatformName } from './connectors/index.ts'

const platforms = Object.keys(connectors) as [PlatformName, ...PlatformName[]]

/** One account of a platform: what is common to all, and `options`, the platform's own fields, checked by it. */
const connectorAccount = z
  .looseObject({
    platform: z.enum(platforms),
    /** Tells several accounts of one platform apart; part of the webhook's path. */
    account: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63')
      .default('main'),
    /** Brands every item of this account is about by its place (the brand's own page); their texts need not name them. */
    brands: z.array(brandId).default([]),
  })
  .transform(({ platform, account, brands, ...own }, context) => {
    const factory: ConnectorFactory = connectors[platform]
    const checked = factory.config.safeParse(own)
    if (checked.success) return { platform, account, brands, options: checked.data }
    for (const issue of checked.error.issues)
      context.issues.push({ ...issue, input: own } as z.core.$ZodRawIssue)
    return z.NEVER
  })

/** The `ingest` section of nabiz.yaml. */
export const ingestConfig = z.strictObject({
  /** Address to listen on; 0.0.0.0 lets platforms in from outside. */
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7_010),
  /** Largest webhook body, bytes. */
  bodyLimitBytes: z
    .int()
    .min(1_024)
    .max(64 * 1_048_576)
    .default(1_048_576),
  /** Key of the authors' pseudonyms; without it one is made and kept in the store. */
  pseudonymKey: secret.optional(),
  /**
   * How long ids are remembered, hours; by default as long as the mentions are kept. About 200 bytes of the store an id:
   * shorten it where that is too much. Scoring counts a mention once for 48 hours all the same; edits and deletes of what
   * is forgotten are not taken for any brand their text does not name.
   */
  rememberHours: z.number().min(1).max(360).default(360),
  /** Raise it with a new key: pseudonyms start anew. */
  pseudonymKeyVersion: z.int().min(1).max(999).default(1),
  /** Key of the tokens kept in the store; without it one is made and kept beside them. */
  credentialKey: secret.optional(),
  /** How platforms reach this port from outside, for what `nabiz connect` prints. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  connectors: z.array(connectorAccount).default([]),
})
export type IngestConfig = z.infer<typeof ingestConfig>
export type ConnectorAccount = IngestConfig['connectors'][number]
