/** One measured figure of `npm run bench`. */
export interface Figure {
  /** Stable name for `--json`. */
  name: string
  what: string
  value: number
  unit: string
  /** What it should be at least (`more`) or at most (`less`); absent: told without an aim. */
  aim?: number
  better: 'more' | 'less'
  /** How it was measured, where the name does not say. */
  note?: string
}
