import { describeConnectors, type PlatformDescription, readAccountStates } from '@nabiz/ingest'
import { systemClock } from '@nabiz/shared/time'
import { configOf } from '../config/config-of.ts'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { readBeside } from './read-beside.ts'
import { drawTable } from './table.ts'

/** One configured account, as `nabiz connectors --json` prints it. Durations in ms; null: not known, or there is none. */
export interface AccountRow {
  platform: string
  account: string
  condition: string | null
  reason: string | null
  cursorAgeMs: number | null
  lagMs: number | null
  quotaLeft: Record<string, number | null>
  tokenExpiresAt: Record<string, number | null>
}

/** `nabiz connectors`: every platform, what it can see and needs; with a config each account's condition as well. */
export async function connectors(
  options: { config: string | undefined; json: boolean },
  edge: ProcessEdge,
): Promise<number> {
  const platforms = describeConnectors()
  const config = await configOf(options.config, edge)
  const accounts = config === undefined ? [] : await readAccounts(config)
  const text = options.json
    ? `${JSON.stringify({ platforms, accounts })}\n`
    : `${drawPlatforms(platforms)}${accounts.length > 0 ? `\n${drawAccounts(accounts)}` : ''}`
  edge.stdout.write(text)
  return exitCodes.ok
}

async function readAccounts(config: NabizConfig): Promise<AccountRow[]> {
  const states = (await readBeside(config, ({ log, store }) => readAccountStates(log, store))) ?? []
  const now = systemClock.now()
  return config.ingest.connectors.map(({ platform, account }) => {
    const state = states.find((one) => one.platform === platform && one.account === account)
    const moved = Math.max(...Object.values(state?.cursorMovedAt ?? {}))
    return {
      platform,
      account,
      condition: state?.condition?.condition ?? null,
      reason: state?.condition?.reason ?? null,
      cursorAgeMs: Number.isFinite(moved) ? now - moved : null,
      lagMs: state?.condition?.lagMs ?? null,
      quotaLeft: mapValues(state?.quotas ?? {}, ({ left }) => left ?? null),
      tokenExpiresAt: mapValues(state?.tokens ?? {}, (at) => at ?? null),
    }
  })
}

function mapValues<T, U>(values: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]))
}

const sights = {
  comments: 'comments',
  mentionsByStrangers: 'mentions by strangers',
  privateMessages: 'private messages',
  deletes: 'deletes',
  edits: 'edits',
  metrics: 'metrics',
} as const

function drawPlatforms(platforms: readonly PlatformDescription[]): string {
  const rows = platforms.map(({ platform, ways, sees, apis }) => {
    const seen = Object.entries(sights).flatMap(([name, words]) =>
      sees[name as keyof typeof sees] ? [words] : [],
    )
    return [platform, ways.join(', '), seen.join(', '), Object.keys(apis).join(', ') || '-']
  })
  const partly = platforms.flatMap((one) => (one.partly ?? []).map((words) => [one.platform, words]))
  const needs = platforms.flatMap(({ platform, needs: needed }) => needed.map((need) => [platform, need]))
  return [
    drawTable(['platform', 'ways in', 'sees', 'decode --api'], rows),
    drawTable(['platform', 'sees in part'], partly),
    drawTable(['platform', 'needs'], needs),
  ].join('\n')
}

function drawAccounts(accounts: readonly AccountRow[]): string {
  const rows = accounts.map((row) => [
    `${row.platform}/${row.account}`,
    [row.condition ?? 'not seen yet', row.reason ?? ''].filter(Boolean).join(': '),
    seconds(row.cursorAgeMs),
    seconds(row.lagMs),
    list(row.quotaLeft, (left) => (left === null ? '?' : String(left))),
    list(row.tokenExpiresAt, (at) => (at === null ? 'no end known' : new Date(at).toISOString())),
  ])
  return drawTable(
    ['account', 'condition', 'cursor age', 'lag', 'quota left', 'token ends'],
    rows,
    new Set([2, 3]),
  )
}

function seconds(ms: number | null): string {
  return ms === null ? '-' : `${(ms / 1_000).toFixed(0)} s`
}

function list<T>(values: Record<string, T>, describe: (value: T) => string): string {
  return (
    Object.entries(values)
      .map(([name, value]) => `${name} ${describe(value)}`)
      .join(', ') || '-'
  )
}
