import { z } from 'zod'
import type { Delivery } from '../connector.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { expected } from '../shared/fields.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { type PostContext, readIncludes, readPost } from './post.ts'

const answerShape = z.looseObject({
  data: z
    .union([z.array(z.unknown()), z.looseObject({})], { error: expected('a post or a list of posts') })
    .nullish(),
  includes: z.looseObject({ users: z.array(z.looseObject({ id: z.unknown() })).nullish() }).nullish(),
  matching_rules: z.array(z.looseObject({ tag: z.unknown().optional() })).nullish(),
  meta: z.looseObject({ next_token: z.string().nullish() }).nullish(),
  errors: z.array(z.unknown()).nullish(),
})

/** A refusal, or an answer with errors and nothing beside them. */
const problem = z.looseObject({ title: z.string(), status: z.unknown().optional() })
const failed = z.union([
  problem.extend({ status: z.number() }),
  z
    .looseObject({ data: z.null().optional(), errors: z.array(problem).min(1) })
    .transform(({ errors: [first] }) => first ?? { title: 'unknown' }),
])

/** Of an answer of a search, and of a line of a stream. */
export const xErrorIn = errorAnswer(failed, ({ title, status }) => [title, status].filter(Boolean).join(' '))

/** What one answer held beside what was read from it. */
export interface ReadAnswer {
  nextPage: string | undefined
  /** Ids of what is paid for: posts, and authors as `user <id>`. */
  paid: string[]
  /** It holds a fault and no post: on a stream X ends the line with it. */
  isFault: boolean
}

export interface AnswerContext extends PostContext {
  /** Brands of the query whose rule matched, on a stream. */
  brandsOfTag?(tag: string): readonly string[]
}

/** Reads an answer of a search (a list) or a line of a stream (one post) into `reading`. */
export function readAnswer(value: unknown, context: AnswerContext, reading: Reading): ReadAnswer {
  const parsed = answerShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'answer'), value)
    return { nextPage: undefined, paid: [], isFault: false }
  }
  const { data, includes, matching_rules: rules, meta, errors } = parsed.data
  const posts = data == null ? [] : Array.isArray(data) ? data : [data]
  const matched = (rules ?? []).flatMap(({ tag }) =>
    typeof tag === 'string' ? (context.brandsOfTag?.(tag) ?? []) : [],
  )
  const about = { ...context, brands: [...new Set([...context.brands, ...matched])] }
  const beside = readIncludes(includes)
  for (const post of posts) readPost(post, beside, about, reading)
  return {
    nextPage: meta?.next_token ?? undefined,
    paid: [...posts.map(idOf), ...(includes?.users ?? []).map((user) => `user ${idOf(user)}`)],
    isFault: posts.length === 0 && (errors?.length ?? 0) > 0,
  }
}

function idOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'id' in value ? String(value.id) : ''
}

/** For `nabiz decode`: one answer, or lines of a stream with the blank ones X keeps it alive with. */
export function decodeAnswer(body: Uint8Array, context: AnswerContext): Delivery {
  const reading = createReading()
  const whole = parseJson(body)
  if (whole !== undefined) {
    readAnswer(whole, context, reading)
    return reading.delivery()
  }
  const lines = Buffer.from(body).toString('utf8').split('\n')
  for (const line of lines.filter((text) => text.trim() !== '')) {
    const value = parseJson(Buffer.from(line))
    if (value === undefined) reading.unreadable('not_json', 'a line that is not JSON', Buffer.from(line))
    else if (readAnswer(value, context, reading).isFault) {
      reading.unreadable('schema', `an error of the platform: ${xErrorIn(value) ?? 'unnamed'}`, value)
    }
  }
  return reading.delivery()
}
