import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

export const infra = join(import.meta.dirname, '..', 'infra')

/** The ways to run `infra/`: compose files, the config they mount, and what Kafka must be set up to. */
export const deployments = [
  {
    files: ['compose.yaml'],
    brokers: 1 as const,
    copies: '1',
    inSync: '1',
    config: 'nabiz.compose.yaml',
  },
  {
    files: ['compose.yaml', 'compose.three-brokers.yaml'],
    brokers: 3 as const,
    copies: '3',
    inSync: '2',
    config: 'nabiz.three-brokers.yaml',
  },
]
const scalar = z.union([z.string(), z.number()]).transform(String)

/** What we use of a service, in the forms we write. */
const service = z.strictObject({
  image: z.string().optional(),
  pull_policy: z.literal('never').optional(),
  extends: z.strictObject({ file: z.string(), service: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  hostname: z.string().optional(),
  environment: z.record(z.string(), scalar).optional(),
  env_file: z.array(z.string()).optional(),
  configs: z.array(z.strictObject({ source: z.string(), target: z.string() })).optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      start_period: z.string(),
      start_interval: z.string(),
    })
    .optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.literal('unless-stopped').optional(),
})
export type ComposeService = z.infer<typeof service>

const composeFile = z.object({
  name: z.string(),
  services: z.record(z.string(), service),
  configs: z.record(z.string(), z.strictObject({ content: z.string() })).default({}),
  volumes: z.record(z.string(), z.null()).default({}),
})
export type Compose = z.infer<typeof composeFile>

/** Files of `infra/` laid over each other as `docker compose -f A -f B` does, with `extends` carried out. */
export function readCompose(...names: readonly string[]): Compose {
  const files = names.map(readFile)
  return files.reduce((base, over) => ({
    name: over.name,
    services: mergeRecords(base.services, over.services, mergeServices),
    configs: { ...base.configs, ...over.configs },
    volumes: { ...base.volumes, ...over.volumes },
  }))
}

function readFile(name: string): Compose {
  const file = composeFile.parse(parse(readFileSync(join(infra, name), 'utf8'), { merge: true }))
  for (const [id, own] of Object.entries(file.services)) {
    if (own.extends === undefined) continue
    const { extends: from, ...rest } = own
    const base = readFile(from.file).services[from.service]
    if (base === undefined)
      throw new Error(`${name}, services.${id}.extends: found no ${from.service} in ${from.file}`)
    file.services[id] = mergeServices(base, rest)
  }
  return file
}

/** Maps are merged, volumes by the path they are mounted at; everything else is replaced. */
function mergeServices(base: ComposeService, over: ComposeService): ComposeService {
  const isOver = (volume: string) => over.volumes?.some((each) => mountedAt(each) === mountedAt(volume))
  return {
    ...base,
    ...over,
    environment: { ...base.environment, ...over.environment },
    depends_on: { ...base.depends_on, ...over.depends_on },
    volumes: [...(base.volumes ?? []).filter((volume) => !isOver(volume)), ...(over.volumes ?? [])],
  }
}

function mergeRecords<T>(
  base: Readonly<Record<string, T>>,
  over: Readonly<Record<string, T>>,
  merge: (base: T, over: T) => T,
): Record<string, T> {
  const merged: Record<string, T> = { ...base }
  for (const [id, value] of Object.entries(over)) {
    const found = base[id]
    merged[id] = found === undefined ? value : merge(found, value)
  }
  return merged
}

/** Path inside the container of `source:path[:ro]`. */
export function mountedAt(volume: string): string {
  return volume.split(':')[1] ?? ''
}

/** server.properties that the image apache/kafka makes of its environment: KAFKA_A_B is a.b. */
export function kafkaProperties(environment: Readonly<Record<string, string>>): Record<string, string> {
  const settings = Object.entries(environment).filter(([name]) => name.startsWith('KAFKA_'))
  return Object.fromEntries(
    settings.map(([name, value]) => [name.slice('KAFKA_'.length).toLowerCase().replaceAll('_', '.'), value]),
  )
}

/** Services of an image, by name. */
export function servicesOf(compose: Compose, image: string): [string, ComposeService][] {
  return Object.entries(compose.services).filter(([, service]) => service.image === image)
}

/** The variables of `.env.example`, made as it says. */
export function exampleEnvironment(): Record<string, string> {
  const lines = readFileSync(join(infra, '.env.example'), 'utf8').split('\n')
  const names = lines.filter((line) => /^\w+=$/.test(line)).map((line) => line.slice(0, -1))
  const value = (name: string) =>
    name === 'NABIZ_WEBHOOK_SECRET'
      ? `whsec_${randomBytes(32).toString('base64')}`
      : randomBytes(32).toString('hex')
  return Object.fromEntries(names.map((name) => [name, value(name)]))
}
