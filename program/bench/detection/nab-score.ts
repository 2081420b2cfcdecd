/** Rows of a series in which something unusual is known to have happened, both ends included. */
export interface LabelledWindow {
  left: number
  right: number
}

/** What alerts are worth on one series; sums of several series are scored together by `scoreOf`. */
export interface Tally {
  windows: number
  hit: number
  /** Alerts outside every window. */
  false: number
  /** Credit for hits less what misses and false alerts cost; between -windows and windows, or below. */
  credit: number
  /** Rows that were scored. */
  rows: number
}

const missCost = 1
const falseCost = 0.11
const probationShare = 0.15
const mostProbation = 750

/**
 * The standard profile of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015): the earliest alert in a window earns up
 * to 1, the more the earlier; a window without one costs 1; each alert outside costs up to 0.11, less close behind a
 * window. Alerts in the first 15 %, at most 750 rows, do not count.
 */
export function tally(rows: number, windows: readonly LabelledWindow[], alerts: readonly number[]): Tally {
  const probation = probationOf(rows)
  const credits = windows.map(() => Number.NEGATIVE_INFINITY)
  let falseAlerts = 0
  let credit = 0
  for (const row of alerts) {
    if (row < probation) continue
    const inside = windows.findIndex(({ left, right }) => row >= left && row <= right)
    const window = windows[inside]
    if (window !== undefined) {
      const position = -(window.right - row + 1) / (window.right - window.left + 1)
      credits[inside] = Math.max(credits[inside] ?? 0, sigmoid(position) / sigmoid(-1))
      continue
    }
    falseAlerts += 1
    const before = windows.filter(({ right }) => right < row).at(-1)
    const behind = before === undefined ? undefined : (row - before.right) / (before.right - before.left)
    credit += falseCost * (behind === undefined ? -1 : sigmoid(behind))
  }
  for (const earned of credits) credit += Number.isFinite(earned) ? earned : -missCost
  return {
    windows: windows.length,
    hit: credits.filter(Number.isFinite).length,
    false: falseAlerts,
    credit,
    rows: Math.max(0, rows - probation),
  }
}

/** Rows at the beginning that are not scored. */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(probationShare * rows), mostProbation)
}

/** All tallies together: 100 for every window hit at its beginning and no false alert, 0 for no alert at all. */
export function scoreOf(tallies: readonly Tally[]): { score: number; hit: number; windows: number } {
  const sum = (field: 'credit' | 'windows' | 'hit') => tallies.reduce((total, each) => total + each[field], 0)
  const windows = sum('windows')
  return { score: (100 * (sum('credit') + windows)) / (2 * windows), hit: sum('hit'), windows }
}

/** False alerts a brand and week. */
export function falsePerWeek(tallies: readonly Tally[], rowsPerWeek: number): number {
  const rows = tallies.reduce((sum, each) => sum + each.rows, 0)
  return tallies.reduce((sum, each) => sum + each.false, 0) / (rows / rowsPerWeek)
}

function sigmoid(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}
