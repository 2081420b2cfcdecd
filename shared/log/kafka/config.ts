import { z } from 'zod'
import { secret } from '../../config/index.ts'

/** What a cluster may lack only when the config says so. */
export const kafkaWeaknesses = [
  'replication',
  'retention',
  'timestamps',
  'unclean_election',
  'record_size',
] as const
export type KafkaWeakness = (typeof kafkaWeaknesses)[number]

const address = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'host:port')

/** `log` in nabiz.yaml for Apache Kafka. */
export const kafkaLogConfig = z.strictObject({
  driver: z.literal('kafka'),
  /** Brokers to begin with; the others are found through them. */
  brokers: z.array(address).min(1),
  /** Before the name of every topic and group, so that several installations can share a cluster. */
  prefix: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,64}$/, 'letters, digits, dots, dashes and underscores, at most 64')
    .default('nabiz.'),
  /** Copies of each partition, for topics that are made; existing ones must have as many. */
  replication: z.int().min(1).max(9).default(3),
  tls: z
    .strictObject({
      /** PEM file of the authority that signed the brokers' certificates; default: those the system trusts. */
      caFile: z.string().min(1).optional(),
      /** PEM files with which this client shows who it is. */
      certFile: z.string().min(1).optional(),
      keyFile: z.string().min(1).optional(),
      /** Name the brokers' certificates are made out to, where it is not the host's. */
      serverName: z.string().min(1).optional(),
    })
    .optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: secret,
    })
    .optional(),
  /** Time without a sign of life after which a member's partitions go to others; the brokers allow 6 s and more. */
  sessionTimeoutSeconds: z.number().min(0.5).max(300).default(6),
  /** Weaknesses of the cluster that are known and accepted. */
  accept: z.array(z.enum(kafkaWeaknesses)).default([]),
})
export type KafkaLogConfig = z.infer<typeof kafkaLogConfig>
