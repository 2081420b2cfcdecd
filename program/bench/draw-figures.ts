import type { Figure } from './figure.ts'

/** A Markdown table of the figures, with what they were measured on. */
export function drawFigures(
  machine: { cores: number; cpu: string; memoryGiB: number; node: string; loadBefore: number },
  figures: readonly Figure[],
): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${shown(figure.value)} ${figure.unit}`,
    figure.aim === undefined ? '' : `${figure.better === 'more' ? '≥' : '≤'} ${shown(figure.aim)}`,
    figure.aim === undefined ? '' : isMet(figure, figure.aim) ? 'yes' : 'NO',
    figure.note ?? '',
  ])
  const table = [['what', 'measured', 'aim', 'met', 'how'], ['---', '---:', '---:', '---', '---'], ...rows]
  const { cores, cpu, memoryGiB, node, loadBefore } = machine
  return [
    `${cores} cores (${cpu}), ${memoryGiB} GiB, Node ${node}, load before ${loadBefore}`,
    '',
    ...table.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')
}

function isMet({ value, better }: Figure, aim: number): boolean {
  return better === 'more' ? value >= aim : value <= aim
}

function shown(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en')
  return value.toFixed(value < 10 ? 1 : 0)
}
