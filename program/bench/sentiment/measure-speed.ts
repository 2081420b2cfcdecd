import { performance } from 'node:perf_hooks'
import type { LabelledFile } from './labelled-texts.ts'
import type { Subject } from './subjects.ts'

const shortestMs = 400
const rounds = 3
const mostTexts = 20_000

/**
 * Texts a second of each subject, in the order given: the fastest of three turns that they take one after another, so that
 * whatever else the machine does meets them alike.
 */
export async function measureSpeeds(subjects: readonly Subject[], file: LabelledFile): Promise<number[]> {
  const texts = file.rows.slice(0, mostTexts).map(({ text }) => text)
  const best = subjects.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    for (const [at, subject] of subjects.entries()) {
      best[at] = Math.max(best[at] ?? 0, await speedOf(subject, texts, file.language))
    }
  }
  return best
}

async function speedOf(subject: Subject, texts: readonly string[], language: string): Promise<number> {
  const startedAt = performance.now()
  let done = 0
  let elapsed = 0
  while (elapsed < shortestMs) {
    for (const text of texts) {
      const answer = subject.judge(text, language)
      if (answer instanceof Promise) await answer
      if ((++done & 63) !== 0) continue
      elapsed = performance.now() - startedAt
      if (elapsed >= shortestMs) break
    }
    elapsed = performance.now() - startedAt
  }
  return (done / elapsed) * 1_000
}
