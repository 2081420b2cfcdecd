import { secret } from '@nabiz/shared/config'
import { z } from 'zod'
import { channelConfig } from './channels/index.ts'

/** The `alerting` section of nabiz.yaml. Plans and brands are not in it: they come from `config`. */
export const alertingConfig = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7_030),
  /** How people reach this service from outside; the acknowledge button of a page leads there. Absent: no button. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Signs the acknowledge buttons; the same on every replica. Absent: no button, and acknowledging needs adminToken. */
  ackSecret: secret.optional(),
  /** How long a button works, hours; longer than the longest night. */
  ackHours: z.number().min(0.1).max(720).default(72),
  /** Bearer token for reading incidents. Absent: nobody may read them over HTTP. */
  readToken: secret.optional(),
  /** Bearer token for drills and for acknowledging without a button. Absent: nobody may. */
  adminToken: secret.optional(),
  /** The ways to reach people; plans name them by id. */
  channels: z
    .array(channelConfig)
    .default([])
    .superRefine((channels, context) => {
      const seen = new Set<string>()
      for (const [index, { id }] of channels.entries()) {
        if (seen.has(id) || id.startsWith('internal:')) {
          context.addIssue({
            code: 'custom',
            path: [index, 'id'],
            message: 'an id no other channel has, not beginning with internal:',
          })
        }
        seen.add(id)
      }
    }),
  /** The dead-man's switch outside: it pages when this service's beat stops. */
  beat: z
    .strictObject({
      url: secret,
      method: z.enum(['GET', 'POST']).default('POST'),
      /** The receiver must allow for a few of these, seconds. */
      everySeconds: z.number().min(1).max(3_600).default(30),
    })
    .optional(),
})
export type AlertingConfig = z.infer<typeof alertingConfig>
