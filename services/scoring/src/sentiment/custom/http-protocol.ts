import { sentimentLabel } from '@nabiz/shared/contracts'
import { z } from 'zod'
import type { TextToJudge } from '../slow-engine.ts'

/** Half a character, as a text that was cut may hold: no server's UTF-8 can. */
const loneSurrogates = /\p{Surrogate}/gu

/** A result as the server gives it. */
const result = z.object({
  label: sentimentLabel,
  score: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1).optional(),
  language: z.string().min(2).max(35).optional(),
})
export type HttpResult = z.infer<typeof result>

const answer = z.object({ model: z.string(), results: z.array(result) })

/** The body that asks for verdicts on texts, which are cut at `maxTextLength` units. */
export function requestBody(model: string, texts: readonly TextToJudge[], maxTextLength: number): string {
  return JSON.stringify({
    v: 1,
    model,
    texts: texts.map(({ text, languageHint }) => ({
      text: text.slice(0, maxTextLength).replace(loneSurrogates, '\ufffd'),
      ...(languageHint === undefined ? {} : { language: languageHint }),
    })),
  })
}

/** The results of an answer, in the order asked, or what is wrong with it; never a word of its content. */
export function readAnswer(body: string, model: string, count: number): readonly HttpResult[] | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return 'the answer is not JSON'
  }
  const checked = answer.safeParse(parsed)
  if (!checked.success) {
    const issue = checked.error.issues[0]
    return `${issue?.path.join('.') || 'the answer'}: ${issue?.code === 'invalid_type' ? `expected ${issue.expected}` : 'not as the protocol says'}`
  }
  const { results } = checked.data
  if (checked.data.model !== model) return `model: found another than ${model}`
  if (results.length !== count) return `results: found ${results.length}, expected ${count}`
  return results
}
