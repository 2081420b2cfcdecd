import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { readSkips } from '@nabiz/scoring'
import { type Mention, mention, mentionsRecord } from '@nabiz/shared/contracts'
import { ConfigError, type ConfigFault, DependencyError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { minute } from '@nabiz/shared/time'
import type { Candidate } from './candidate.ts'
import type { FoundIncident } from './group-incidents.ts'
import type { HourlyMentions } from './incidents-report.ts'
import { createMentionReplay, type MentionReplay } from './mention-replay.ts'
import type { TimeRange } from './time-range.ts'

export interface MentionsResult {
  incidents: FoundIncident[]
  hours: HourlyMentions[]
}

/** Faults of a file that are named at once. */
const mostFaults = 20

/** The mentions of a log (15 days) through the engine, partition after partition, text and all. */
export async function replayLoggedMentions(
  log: Log,
  candidate: Candidate,
  range: TimeRange,
  brand: string | undefined,
): Promise<MentionsResult> {
  const result: MentionsResult = { incidents: [], hours: [] }
  for (const { partition, earliest, end } of await log.bounds('mentions')) {
    if (earliest === end) continue
    const skips = await readSkips(log, partition)
    const replay = createMentionReplay(candidate.judgedBy)
    for await (const { record, offset, timestamp } of recordsOf(log, partition, earliest, end))
      if (!skips.has(offset)) replay.take(record, { offset, timestamp })
    add(result, replay, range, brand)
  }
  return result
}

async function* recordsOf(log: Log, partition: number, from: number, to: number) {
  for await (const records of log.read({ topic: 'mentions', partition, from, to })) {
    for (const { value, offset, timestamp } of records) {
      const parsed = mentionsRecord.safeParse(parseJson(Buffer.from(value).toString('utf8')))
      if (!parsed.success) {
        const message = `mentions, partition ${partition}, offset ${offset}: no schema understands it`
        throw new DependencyError('log_corrupt', message, { retryable: false })
      }
      yield { record: parsed.data, offset, timestamp }
    }
  }
}

/**
 * The mentions of an export (`nabiz export mentions`, NDJSON) in the order in which they were received, a heartbeat a
 * minute. ConfigError that names the lines that are none.
 */
export async function replayExportedMentions(
  path: string,
  candidate: Candidate,
  range: TimeRange,
  brand: string | undefined,
): Promise<MentionsResult> {
  const mentions = await readExport(path)
  mentions.sort((a, b) => a.receivedAt - b.receivedAt)
  const result: MentionsResult = { incidents: [], hours: [] }
  for (const each of new Set(mentions.map((one) => one.brand))) {
    if (brand !== undefined && each !== brand) continue
    const replay = createMentionReplay(candidate.judgedBy)
    replay.watch(each)
    const own = mentions.filter((one) => one.brand === each)
    const first = Math.floor((own[0]?.receivedAt ?? 0) / minute) * minute
    const last = own.at(-1)?.receivedAt ?? 0
    let next = 0
    beat(replay, first)
    for (let at = first; at <= last; at += minute) {
      for (let one = own[next]; one !== undefined && one.receivedAt < at + minute; one = own[next]) {
        next += 1
        replay.take(one, { offset: next, timestamp: one.receivedAt })
      }
      beat(replay, at + minute)
    }
    add(result, replay, range, undefined)
  }
  return result
}

function beat(replay: MentionReplay, at: number): void {
  const heartbeat = { v: 1, type: 'heartbeat', at, source: 'backtest', connectors: [] } as const
  replay.take({ ...heartbeat, connectors: [] }, { offset: 0, timestamp: at })
}

function add(
  result: MentionsResult,
  replay: MentionReplay,
  range: TimeRange,
  brand: string | undefined,
): void {
  const { incidents, hours } = replay.finish()
  const isWanted = (one: { brand: string }) => brand === undefined || one.brand === brand
  const isWithin = ({ openedAt }: FoundIncident) => openedAt >= range.from && openedAt < range.to
  result.incidents.push(...incidents.filter((one) => isWanted(one) && isWithin(one)))
  result.hours.push(...hours.filter(isWanted))
}

async function readExport(path: string): Promise<Mention[]> {
  const mentions: Mention[] = []
  const faults: ConfigFault[] = []
  let line = 0
  try {
    for await (const text of createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      line += 1
      const written = line === 1 ? text.replace(/^\ufeff/, '') : text
      if (written.trim() === '') continue
      const parsed = mention.safeParse(parseJson(written))
      if (parsed.success) mentions.push(parsed.data)
      else faults.push(faultOf(line, parsed.error.issues[0]))
    }
  } catch (err) {
    if (!(err instanceof Error && 'syscall' in err)) throw err
    const expected = 'a file that `nabiz export mentions` wrote'
    throw new ConfigError(path, [{ path: 'file', found: 'nothing that can be read', expected }])
  }
  if (faults.length > 0) throw new ConfigError(path, faults.slice(0, mostFaults))
  if (mentions.length > 0) return mentions
  throw new ConfigError(path, [
    { path: 'file', found: 'no mention', expected: 'one a line, as `nabiz export mentions` writes them' },
  ])
}

function faultOf(line: number, issue: { path: PropertyKey[]; message: string } | undefined): ConfigFault {
  const field = issue?.path.map(String).join('.') || 'the line'
  return {
    path: `line ${line}`,
    found: `${field}: ${issue?.message ?? 'does not fit'}`,
    expected: 'a mention as JSON',
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
