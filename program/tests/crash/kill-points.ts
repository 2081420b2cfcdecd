/** Exact moments between two writes at which the process is to end. */
export const killPoints = [
  /** Mentions are in the log, ingest has not remembered their ids. */
  'mentions-appended',
  /** Ingest remembered the ids, nobody was answered. */
  'mentions-remembered',
  /** Counts or signals are in the log, scoring's checkpoint is not written. */
  'emissions-appended',
  /** Scoring is about to write a checkpoint. */
  'before-checkpoint',
  /** Scoring's checkpoint is written, the group's offset is not. */
  'checkpoint-written',
  /** A breach is in the log, scoring's checkpoint is not written. */
  'breach-appended',
  /** Alerting has written an incident and its deliveries, nothing is sent. */
  'incident-written',
] as const
export type KillPoint = (typeof killPoints)[number]

/** How long a point is waited for, ms: `usual`, or a minute's end and more for counts and signals, which are told then. */
export function patienceOf(point: KillPoint, usual: number): number {
  return point === 'emissions-appended' ? 75_000 : usual
}

/** Arguments of a program of the same parts that ends at a point, the one after `passes` others. */
export function pointProgram(point: KillPoint, passes: number, services?: string): string[] {
  const child = 'program/tests/crash/kill-point.child.ts'
  const only = services === undefined ? [] : ['--services', services]
  return ['--import', 'tsx', child, '--point', point, '--passes', String(passes), ...only]
}
