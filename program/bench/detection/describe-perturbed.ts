import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { drawTable } from '../../src/commands/table.ts'
import { judgeSeries, shippedThresholds } from './judge-series.ts'
import type { LabelledSeries } from './labelled-series.ts'
import { falsePerWeek, scoreOf } from './nab-score.ts'
import { perturb, seeded } from './perturb.ts'

const sensitivities = [0.8, 1, 1.2]

/**
 * Score, windows hit and false alerts a brand-week on other histories of the same brands, by kind, with boundaries that
 * follow recent pages and without: what holds there has more of a chance with brands nobody has seen.
 */
export function describePerturbed(all: readonly LabelledSeries[], rowsPerWeek: number): string {
  const made = all.flatMap((series, index) => perturb(series, seeded(index + 1)))
  const kinds = [...new Set(made.map(({ kind }) => kind))]
  const off = { recentPages: { calmFactor: 1, perIncident: 0 } }
  const tried = sensitivities.flatMap((sensitivity): [string, ThresholdsConfig][] => [
    [`${sensitivity}, follows recent pages`, shippedThresholds(sensitivity)],
    [`${sensitivity}, does not`, thresholdsConfig.parse({ id: 'default', sensitivity, ...off })],
  ])
  const rows = tried.map(([name, thresholds]) => {
    const tallies = made.map(({ kind, series }) => ({ kind, tally: judgeSeries(series, thresholds).tally }))
    const cells = kinds.map((kind) => {
      const own = tallies.filter((each) => each.kind === kind).map(({ tally }) => tally)
      const { score, hit, windows } = scoreOf(own)
      return `${score.toFixed(1)}  ${hit}/${windows}  ${falsePerWeek(own, rowsPerWeek).toFixed(2)}`
    })
    return [name, ...cells]
  })
  return drawTable(['sensitivity', ...kinds], rows)
}
