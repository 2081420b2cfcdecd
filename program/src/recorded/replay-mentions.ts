import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { type ModelShelf, readSkips, verdictsOf } from '@nabiz/scoring'
import { type Mention, type MentionsRecord, mention, mentionsRecord } from '@nabiz/shared/contracts'
import { ConfigError, type ConfigFault, DependencyError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { minute } from '@nabiz/shared/time'
import type { Candidate } from './candidate.ts'
import type { FoundIncident } from './group-incidents.ts'
import type { HourlyMentions } from './incidents-report.ts'
import { createMentionReplay, type MentionReplay, type Verdict } from './mention-replay.ts'
import type { TimeRange } from './time-range.ts'

export interface MentionsResult {
  incidents: FoundIncident[]
  hours: HourlyMentions[]
}

/** Faults of a file that are named at once. */
const mostFaults = 20

/** Which mentions are judged, and by what. */
export interface MentionsOptions {
  candidate: Candidate
  range: TimeRange
  brand: string | undefined
  models: ModelShelf
  /** Id of the sentiment engine that judges until a record of the log names another. */
  engine: string
}

const never = new AbortController().signal

/**
 * The mentions of a log (15 days) through the engine, partition after partition, text and all, each judged by the
 * sentiment engine that was in force at its place. ConfigError where that is not at hand.
 */
export async function replayLoggedMentions(log: Log, options: MentionsOptions): Promise<MentionsResult> {
  const { candidate, range, brand, models, engine } = options
  const result: MentionsResult = { incidents: [], hours: [] }
  for (const { partition, earliest, end } of await log.bounds('mentions')) {
    if (earliest === end) continue
    const skips = await readSkips(log, partition)
    const replay = createMentionReplay({ judgedBy: candidate.judgedBy, models, engine })
    const verdicts = await readVerdicts(log, partition, models)
    for await (const { record, offset, timestamp } of recordsOf(log, partition, earliest, end)) {
      if (skips.has(offset)) continue
      const verdict = await verdictOn(record, offset, { replay, models, verdicts })
      replay.take(record, { offset, timestamp }, verdict)
    }
    add(result, replay, range, brand)
  }
  return result
}

/** What engines that take their time said of a partition's mentions, by offset; of two verdicts the first holds. */
async function readVerdicts(
  log: Log,
  partition: number,
  models: ModelShelf,
): Promise<ReadonlyMap<number, Verdict>> {
  const verdicts = new Map<number, Verdict>()
  if (!models.ids().some((id) => models.isSlow(id))) return verdicts
  const bounds = (await log.bounds('judgements')).find((one) => one.partition === partition)
  if (!bounds || bounds.earliest === bounds.end) return verdicts
  const range = { topic: 'judgements', partition, from: bounds.earliest, to: bounds.end } as const
  for await (const records of log.read(range)) {
    for (const { offset, ...verdict } of records.flatMap(verdictsOf))
      if (!verdicts.has(offset)) verdicts.set(offset, verdict)
  }
  return verdicts
}

interface Judging {
  replay: MentionReplay
  models: ModelShelf
  verdicts: ReadonlyMap<number, Verdict>
}

/** Undefined where the engine judges at once. What scoring had not come to yet is asked for. */
async function verdictOn(
  record: MentionsRecord,
  offset: number,
  { replay, models, verdicts }: Judging,
): Promise<Verdict | undefined> {
  if (record.type !== 'mention') return undefined
  const engine = replay.engineOf(record.brand)
  if (!models.isSlow(engine)) return undefined
  const { text, language } = record
  const asked = [{ text, languageHint: language, engine }]
  return verdicts.get(offset) ?? (await models.judgeTexts(asked, never))[0]
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
 * minute, judged by the engine named alone. ConfigError that names the lines that are none.
 */
export async function replayExportedMentions(
  path: string,
  options: MentionsOptions,
): Promise<MentionsResult> {
  const { candidate, range, brand, models, engine } = options
  const mentions = await readExport(path)
  mentions.sort((a, b) => a.receivedAt - b.receivedAt)
  const result: MentionsResult = { incidents: [], hours: [] }
  for (const each of new Set(mentions.map((one) => one.brand))) {
    if (brand !== undefined && each !== brand) continue
    const replay = createMentionReplay({ judgedBy: candidate.judgedBy, models, engine })
    replay.watch(each)
    const own = mentions.filter((one) => one.brand === each)
    const asked = own.map(({ text, language }) => ({ text, languageHint: language, engine }))
    const verdicts = models.isSlow(engine) ? await models.judgeTexts(asked, never) : []
    const first = Math.floor((own[0]?.receivedAt ?? 0) / minute) * minute
    const last = own.at(-1)?.receivedAt ?? 0
    let next = 0
    beat(replay, first)
    for (let at = first; at <= last; at += minute) {
      for (let one = own[next]; one !== undefined && one.receivedAt < at + minute; one = own[next]) {
        next += 1
        replay.take(one, { offset: next, timestamp: one.receivedAt }, verdicts[next - 1])
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
