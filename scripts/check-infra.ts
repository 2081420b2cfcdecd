/**
 * Checks the files of `infra/`: YAML parses, every metric and label in the alert rules is one that a service serves,
 * every alert says what to do; with `promtool` on the machine also the syntax and the rules' own tests.
 *
 *   npx tsx scripts/check-infra.ts      (Debian: apt-get install prometheus brings promtool)
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry, type Registry } from '@nabiz/shared/metrics'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { createTelemetry as alertingTelemetry } from '../services/alerting/src/telemetry.ts'
import { createTelemetry as ingestTelemetry } from '../services/ingest/src/telemetry.ts'
import { createTelemetry as scoringTelemetry } from '../services/scoring/src/telemetry.ts'
import { type Selector, selectorsOf } from './read-promql.ts'

const repository = join(import.meta.dirname, '..')
const prometheusFolder = join(repository, 'infra', 'prometheus')

/** Labels Prometheus and our registries put on every series. */
const commonLabels = ['job', 'instance', 'service']

const ruleFile = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.object({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.object({ summary: z.string().min(10), description: z.string().min(40) }),
        }),
      ),
    }),
  ),
})
export type AlertRule = z.infer<typeof ruleFile>['groups'][number]['rules'][number]

/** Every rule of `infra/prometheus/alerts.yml`; rejects what has another shape, a description missing for instance. */
export function readAlerts(): AlertRule[] {
  const file = ruleFile.parse(readYaml(join(prometheusFolder, 'alerts.yml')))
  return file.groups.flatMap((group) => group.rules)
}

const scrapeFile = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.object({ job_name: z.string(), static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
  ),
})

/** Job names and their targets (`host:port`) in a file of `infra/prometheus`. */
export function readTargets(name = 'prometheus.yml'): Map<string, string[]> {
  const file = scrapeFile.parse(readYaml(join(prometheusFolder, name)))
  return new Map(
    file.scrape_configs.map((job) => [job.job_name, job.static_configs.flatMap((each) => each.targets)]),
  )
}

/** A file's content; an Error names the file and the line where it is not YAML. */
export function readYaml(path: string): unknown {
  const document = parseDocument(readFileSync(path, 'utf8'))
  const [fault] = document.errors
  if (fault !== undefined) throw new Error(`${relative(repository, path)}: ${fault.message}`)
  return document.toJS()
}

/** Absolute paths of every YAML file under `infra/`. */
export function infraFiles(): string[] {
  return readdirSync(join(repository, 'infra'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ya?ml$/.test(path))
    .map((path) => join(repository, 'infra', path))
    .sort()
}

/** Series names and the labels they carry, of all services, from the registries they serve. */
export async function servedMetrics(): Promise<Map<string, readonly string[]>> {
  const logger = createSilentLogger()
  const services = { ingest: ingestTelemetry, scoring: scoringTelemetry, alerting: alertingTelemetry }
  const served = new Map<string, readonly string[]>([['up', commonLabels]])
  for (const [service, createTelemetry] of Object.entries(services)) {
    const registry = createRegistry({ service })
    createTelemetry(registry, logger)
    for (const [name, labels] of await seriesOf(registry)) served.set(name, [...commonLabels, ...labels])
  }
  return served
}

async function seriesOf(registry: Registry): Promise<[string, readonly string[]][]> {
  const series: [string, readonly string[]][] = []
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const metric = registry.getSingleMetric(name)
    // prom-client keeps the label names of a metric in a field its types do not show.
    const labels = z.object({ labelNames: z.array(z.string()) }).parse(metric).labelNames
    if (String(type) === 'histogram')
      series.push([`${name}_bucket`, [...labels, 'le']], [`${name}_sum`, labels], [`${name}_count`, labels])
    else series.push([name, labels])
  }
  return series
}

/** What is wrong with an expression's metrics and labels, in words; empty: nothing. */
export function faultsOf(expr: string, served: ReadonlyMap<string, readonly string[]>): string[] {
  const { selectors, grouping } = selectorsOf(expr)
  const faults = selectors.flatMap((selector) => selectorFaults(selector, served))
  const known = selectors.flatMap((selector) => served.get(selector.metric) ?? [])
  for (const label of grouping)
    if (!known.includes(label)) faults.push(`groups by "${label}", which no metric of it carries`)
  if (selectors.length === 0) faults.push('names no metric')
  return faults
}

function selectorFaults(selector: Selector, served: ReadonlyMap<string, readonly string[]>): string[] {
  const labels = served.get(selector.metric)
  if (labels === undefined) return [`names ${selector.metric}, which no service serves`]
  return selector.labels
    .filter(({ name }) => !labels.includes(name))
    .map(({ name }) => `asks ${selector.metric} for the label "${name}"; it has ${labels.join(', ')}`)
}

async function main(): Promise<number> {
  const faults: string[] = []
  for (const path of infraFiles()) readYaml(path)
  const served = await servedMetrics()
  const alerts = readAlerts()
  for (const { alert, expr } of alerts)
    for (const fault of faultsOf(expr, served)) faults.push(`${alert} ${fault}`)
  for (const fault of faults) process.stdout.write(`${fault}\n`)
  process.stdout.write(`${alerts.length} alerts, ${readTargets().size} targets, ${faults.length} faults\n`)
  return runPromtool() && faults.length === 0 ? 0 : 1
}

/** True when promtool accepts the files, or is not there, which is said. */
function runPromtool(): boolean {
  const checks = [
    ['check', 'config', 'prometheus.yml'],
    ['check', 'config', 'prometheus.compose.yml'],
    ['test', 'rules', 'alerts-test.yml'],
  ]
  for (const args of checks) {
    const run = spawnSync('promtool', args, { cwd: prometheusFolder, stdio: 'inherit' })
    if (run.error !== undefined) {
      process.stdout.write(
        'promtool is not installed: syntax of the expressions and their tests not checked\n',
      )
      return true
    }
    if (run.status !== 0) return false
  }
  return true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
