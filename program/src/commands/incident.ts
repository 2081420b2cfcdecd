import type { IncidentMark } from '@nabiz/shared/contracts'
import { ConfigError, DependencyError, messageOf } from '@nabiz/shared/errors'
import { defaultConfigPath } from '../config/config-path.ts'
import { readConfig } from '../config/read-config.ts'
import type { DriversPlace } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { shortTime } from '../recorded/describe-incidents.ts'
import { recordedIncidents } from '../recorded/recorded-incidents.ts'
import { withRecorded } from '../recorded/with-recorded.ts'
import { drawTable } from './table.ts'

/** `nabiz incident list`: every incident the log knows, with what people said it was. */
export async function incidentList(
  options: { place: DriversPlace; brand: string | undefined; json: boolean },
  edge: ProcessEdge,
): Promise<number> {
  return withRecorded(options.place, async ({ log }) => {
    const incidents = await recordedIncidents(log, options.brand)
    if (options.json) for (const incident of incidents) edge.stdout.write(`${JSON.stringify(incident)}\n`)
    else if (incidents.length === 0) edge.stdout.write('no incidents\n')
    else {
      const rows = incidents.map(
        ({ id, brand, state, signals, openedAt, resolvedAt, peakSeverity, mark }) => [
          id,
          brand,
          shortTime(openedAt),
          resolvedAt === undefined ? state : shortTime(resolvedAt),
          peakSeverity.toFixed(2),
          signals.join(', '),
          mark ?? '',
        ],
      )
      const header = ['id', 'brand', 'opened (UTC)', 'over', 'greatest', 'signals', 'marked']
      edge.stdout.write(drawTable(header, rows, new Set([4])))
    }
    return exitCodes.ok
  })
}

export interface MarkArguments {
  incident: string
  mark: IncidentMark
  by: string
  note: string | undefined
  duplicateOf: string | undefined
  config: string | undefined
  url: string | undefined
}

/** `nabiz incident mark`: tells the running alerting service what an incident was. */
export async function incidentMark(options: MarkArguments, edge: ProcessEdge): Promise<number> {
  const path = options.config ?? defaultConfigPath
  const { alerting } = readConfig(path, edge.env)
  if (alerting.adminToken === undefined) {
    const expected = 'a secret: marks are taken only with it'
    throw new ConfigError(path, [{ path: 'alerting.adminToken', found: 'none', expected }])
  }
  const base = options.url ?? `http://${reachable(alerting.host)}:${alerting.port}`
  const { mark, by, note, duplicateOf } = options
  const answer = await post(
    `${base}/incidents/${encodeURIComponent(options.incident)}/mark`,
    alerting.adminToken.reveal(),
    { mark, by, note, duplicateOf },
  )
  if (answer.status === 202) {
    edge.stdout.write(`${options.incident}: ${mark}\n`)
    return exitCodes.ok
  }
  const expected =
    answer.status === 404 ? 'an id of `nabiz incident list`, of the last 15 days' : 'an accepted mark'
  throw new ConfigError('alerting', [{ path: options.incident, found: answer.error, expected }])
}

async function post(url: string, token: string, body: object): Promise<{ status: number; error: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    const answer: unknown = await response.json().catch(() => ({}))
    const error =
      typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : ''
    return { status: response.status, error: error.slice(0, 200) || `status ${response.status}` }
  } catch (err) {
    const message = `alerting does not answer at ${new URL(url).origin}: ${messageOf(err)}; it must run to take a mark`
    throw new DependencyError('http_unreachable', message, { retryable: true, cause: err })
  }
}

/** An address that listens on every interface is reached on this machine's own. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
