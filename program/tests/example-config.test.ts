import { readFileSync } from 'node:fs'
import { loadConfig } from '@nabiz/shared/config'
import { ConfigError } from '@nabiz/shared/errors'
import { kafkaLogConfig } from '@nabiz/shared/log'
import { redisStoreConfig } from '@nabiz/shared/store'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { type NabizConfig, nabizConfig } from '../src/config/nabiz-config.ts'

const example = readFileSync(new URL('../../nabiz.example.yaml', import.meta.url), 'utf8')
/** Sections in lines of their own that take the place of those above them. */
const replacement = /^#: \w+:.*\n(?:#: {3}.*\n)+/gm
const sections = switchOn((example.match(replacement) ?? []).join(''))
/** With the fields that stand there switched off. */
const everything: unknown = parse(switchOn(example.replaceAll(replacement, '')))
/** Log and store on a cluster, with the fields that even there are switched off. */
const cluster: unknown = parse(switchOn(sections))

const signing = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const environment: Record<string, string> = {
  NABIZ_WEBHOOK_SECRET: signing,
  NABIZ_ALERT_SECRET: signing,
  NABIZ_CREDENTIAL_KEY: 'made for this test',
  META_APP_SECRET: 'made for this test',
  META_VERIFY_TOKEN: 'made for this test',
  META_PAGE_TOKEN: 'made for this test',
  MASTODON_TOKEN: 'made for this test',
  INSTAGRAM_APP_SECRET: 'made for this test',
  PINTEREST_SECRET: 'made for this test',
  PINTEREST_REFRESH_TOKEN: 'made for this test',
  SNAPCHAT_SECRET: 'made for this test',
  SNAPCHAT_REFRESH_TOKEN: 'made for this test',
  TIKTOK_SECRET: 'made for this test',
  TIKTOK_REFRESH_TOKEN: 'made for this test',
  YOUTUBE_KEY: 'made for this test',
  YOUTUBE_HUB_SECRET: 'made for this test',
  TELEGRAM_TOKEN: '123456:of-nobody',
  REDDIT_CLIENT_SECRET: 'made for this test',
  WECHAT_TOKEN: 'madeForThisTest',
  WECHAT_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  WECHAT_APP_SECRET: 'made for this test',
  X_BEARER_TOKEN: 'made for this test',
  X_CONSUMER_SECRET: 'made for this test',
  SLACK_WEBHOOK_URL: 'https://hooks.example.com/services/x',
  NABIZ_BEAT_URL: 'https://beat.example.com/x',
  NABIZ_PSEUDONYM_KEY: 'made for this test',
  NABIZ_ACK_SECRET: 'made for this test, 32 bytes long',
  NABIZ_SENTIMENT_TOKEN: 'made for this test',
  NABIZ_READ_TOKEN: 'made for this test',
  NABIZ_ADMIN_TOKEN: 'made for this test',
  PAGERDUTY_ROUTING_KEY: 'made for this test',
  SLACK_TOKEN: 'made for this test',
  SMTP_PASSWORD: 'made for this test',
}

const clusterEnvironment: Record<string, string> = {
  KAFKA_PASSWORD: 'made for this test',
  REDIS_PASSWORD: 'made for this test',
  SENTINEL_PASSWORD: 'made for this test',
}

describe('nabiz.example.yaml', () => {
  it('is right as it stands, given its environment', () => {
    const config = readExample(environment)
    expect(config.brands.map((brand) => brand.language)).toEqual(['tr', 'en'])
  })

  it('needs every variable it names, and no other', () => {
    for (const name of Object.keys(environment)) {
      const { [name]: _missing, ...rest } = environment
      expect(() => readExample(rest), name).toThrow(ConfigError)
    }
  })

  it('is right with its cluster in place of the embedded drivers', () => {
    const config = readCluster(clusterEnvironment)
    expect([config.log.driver, config.store.driver]).toEqual(['kafka', 'redis'])
    for (const name of Object.keys(clusterEnvironment)) {
      const { [name]: _missing, ...rest } = clusterEnvironment
      expect(() => readCluster(rest), name).toThrow(ConfigError)
    }
  })

  it('shows every field of both drivers of the cluster', () => {
    for (const [section, schema] of Object.entries({ log: kafkaLogConfig, store: redisStoreConfig })) {
      const shape = schemaShape.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
      expect(Object.keys(shape.properties ?? {}).length, section).toBeGreaterThan(5)
      expect(missingFields(shape, [fieldOf(cluster, section)], section)).toEqual([])
    }
  })

  it('shows the defaults of the cluster, and every weakness that can be accepted', () => {
    const { log, store } = readCluster(clusterEnvironment)
    expect(log).toMatchObject(defaultsOf(kafkaLogConfig.parse({ driver: 'kafka', brokers: ['a:1'] })))
    expect(store).toMatchObject(defaultsOf(redisStoreConfig.parse({ driver: 'redis' })))
    const faults = [
      faultOf({ log: { driver: 'kafka', brokers: ['a:1'], accept: ['?'] }, store: { driver: 'redis' } }),
      faultOf({ log: { driver: 'kafka', brokers: ['a:1'] }, store: { driver: 'redis', accept: ['?'] } }),
    ]
    const words = faults.flatMap((expected) => [...namesIn(expected.replaceAll('_', '-'))])
    expect(words.length).toBeGreaterThan(6)
    for (const word of words)
      expect(example).toMatch(new RegExp(`^#: .*\\b${word.replaceAll('-', '_')}\\b`, 'm'))
  })

  it('shows every connector', () => {
    expect(new Set(readExample(environment).ingest.connectors.map((entry) => entry.platform))).toEqual(
      namesIn(faultOf({ ingest: { connectors: [{ platform: 'none of them' }] } })),
    )
  })

  it('shows every channel', () => {
    expect(new Set(readExample(environment).alerting.channels.map((entry) => entry.type))).toEqual(
      namesIn(faultOf({ alerting: { channels: [{ type: 'none of them', id: 'x' }] } })),
    )
  })

  it('shows every field of the schema', () => {
    const schema = z.toJSONSchema(nabizConfig, { io: 'input', unrepresentable: 'any' })
    expect(missingFields(schemaShape.parse(schema), [everything], '')).toEqual([])
  })

  it('shows the default thresholds as they are', () => {
    const [shown] = readExample(environment).thresholds
    expect(shown).toEqual(nabizConfig.parse({ thresholds: [{ id: 'default' }] }).thresholds[0])
  })
})

interface Shape {
  properties?: Record<string, Shape> | undefined
  items?: Shape | undefined
  anyOf?: Shape[] | undefined
  oneOf?: Shape[] | undefined
  const?: unknown
}

const schemaShape: z.ZodType<Shape> = z.lazy(() =>
  z.object({
    properties: z.record(z.string(), schemaShape).optional(),
    items: schemaShape.optional(),
    anyOf: z.array(schemaShape).optional(),
    oneOf: z.array(schemaShape).optional(),
    const: z.unknown().optional(),
  }),
)

/** Paths of fields that none of the values has; secrets and other alternatives are shown one way or the other. */
function missingFields(shape: Shape, values: readonly unknown[], path: string): string[] {
  const variants = shape.oneOf ?? shape.anyOf
  if (variants) {
    const typed = variants.filter((variant) => variant.properties?.type?.const !== undefined)
    return typed.flatMap((variant) => {
      const type = variant.properties?.type?.const
      const ofType = values.filter((value) => fieldOf(value, 'type') === type)
      return missingFields(variant, ofType, `${path}(${String(type)})`)
    })
  }
  if (shape.items) return missingFields(shape.items, values.flat(), `${path}[]`)
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const found = values.map((value) => fieldOf(value, name)).filter((value) => value !== undefined)
    return found.length === 0
      ? [`${path}.${name}`]
      : missingFields(field, found, path === '' ? name : `${path}.${name}`)
  })
}

/** The text with lines that begin with `#: ` switched on; what is switched off within them stays so. */
function switchOn(text: string): string {
  return text.replaceAll(/^(\s*)#: /gm, '$1')
}

function readCluster(env: Readonly<Record<string, string>>): NabizConfig {
  return loadConfig(nabizConfig, sections, 'nabiz.example.yaml', env)
}

/** Plain values that a config has without being told; what the example must choose (mode, accept, names) is left out. */
function defaultsOf(config: object): object {
  const chosen = ['brokers', 'mode', 'accept']
  return Object.fromEntries(Object.entries(config).filter(([name]) => !chosen.includes(name)))
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function readExample(env: Readonly<Record<string, string>>): NabizConfig {
  return loadConfig(nabizConfig, example, 'nabiz.example.yaml', env)
}

/** What the schema says would be right in place of an unknown name. */
function faultOf(config: unknown): string {
  try {
    loadConfig(nabizConfig, JSON.stringify(config), 'x', {})
  } catch (err) {
    if (err instanceof ConfigError) return err.faults[0]?.expected ?? ''
    throw err
  }
  throw new Error('no fault found')
}

function namesIn(expected: string): Set<string> {
  return new Set(expected.replace('one of', '').match(/[a-z0-9-]+/g) ?? [])
}
