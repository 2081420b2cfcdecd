import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { z } from 'zod'

/** A numeric field of the thresholds and the values it takes in turn: `sensitivity`, `floors.smallPerHour`. */
export interface Axis {
  path: string
  values: number[]
}

/** One combination of an axis' values each, in the order of the axes. */
export type Combination = readonly number[]

/** Combinations at once; more take longer than anybody waits. */
const mostCombinations = 10_000

/** Reads `PATH=1,2,3` or `PATH=FROM..TO/STEP`; ConfigError that says what is wrong. */
export function readAxis(text: string): Axis {
  const [, path = '', list = ''] = /^([A-Za-z0-9.]+)=(.+)$/.exec(text) ?? []
  const range = /^(-?[\d.]+)\.\.(-?[\d.]+)\/([\d.]+)$/.exec(list)
  const values = range
    ? rangeOf(range.slice(1).map(Number))
    : list.split(',').map((each) => Number(each.trim()))
  const isRight = path !== '' && list !== '' && values.length > 0 && values.every(Number.isFinite)
  if (!isRight || values.length > mostCombinations) {
    throw fault(
      `"${text}"`,
      'FIELD=1,2,3 or FIELD=FROM..TO/STEP, FIELD a number of the thresholds such as sensitivity',
    )
  }
  return { path, values: [...new Set(values)] }
}

/** Every combination of the axes; ConfigError when there are too many or a field stands twice. */
export function combine(axes: readonly Axis[]): Combination[] {
  const twice = axes.find(({ path }, index) => axes.findIndex((axis) => axis.path === path) !== index)
  if (twice !== undefined) throw fault(`${twice.path} twice`, 'each field once')
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > mostCombinations)
    throw fault(`${count} combinations`, `at most ${mostCombinations.toLocaleString('en')}`)
  let combinations: number[][] = [[]]
  for (const { values } of axes)
    combinations = combinations.flatMap((before) => values.map((value) => [...before, value]))
  return combinations
}

const fields = z.record(z.string(), z.unknown())

/** Thresholds with a combination's values in place; ConfigError with the reason where its schema refuses them. */
export function withValues(
  base: ThresholdsConfig,
  axes: readonly Axis[],
  combination: Combination,
): ThresholdsConfig {
  const content = fields.parse(structuredClone(base))
  axes.forEach(({ path }, index) => {
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    let place = content
    for (const step of steps) {
      const inner = fields.safeParse(place[step])
      if (!inner.success) throw noField(path)
      place[step] = inner.data
      place = inner.data
    }
    if (typeof place[last] !== 'number') throw noField(path)
    place[last] = combination[index]
  })
  const parsed = thresholdsConfig.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const at = issue?.path.join('.') ?? ''
  throw fault(
    `${at} ${combination[axes.findIndex(({ path }) => path === at)] ?? ''}`,
    issue?.message ?? 'a value that fits',
  )
}

function rangeOf([from = 0, to = 0, step = 0]: number[]): number[] {
  if (!(step > 0) || to < from || (to - from) / step > mostCombinations) return []
  const count = Math.floor((to - from) / step + 1e-9) + 1
  // Steps as people write them: 0.1 + 0.2 must not read 0.30000000000000004.
  return Array.from({ length: count }, (_, index) => Number((from + index * step).toPrecision(12)))
}

function noField(path: string): ConfigError {
  return fault(
    `"${path}"`,
    'a number of the thresholds, such as sensitivity, windows.m60 or floors.smallPerHour',
  )
}

function fault(found: string, expected: string): ConfigError {
  return new ConfigError('command line', [{ path: '--vary', found, expected }])
}
