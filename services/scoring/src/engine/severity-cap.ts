import type { WindowVerdict } from './baseline/severity.ts'

/** The highest severity that pages nobody: of too few authors, of a rise that has yet to last, of a brand newly watched. */
export const cappedSeverity = 0.99

/** Keeps a verdict from paging where fewer authors than the gate asks for stand behind it, and says so. */
export function capFewAuthors(verdict: WindowVerdict, authors: number, gate: number): void {
  if (authors >= gate) return
  verdict.limit = { by: 'few_authors', severity: verdict.severity, authors }
  verdict.severity = cappedSeverity
}
