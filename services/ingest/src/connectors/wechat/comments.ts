import { second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, PollerWay } from '../connector.ts'
import type { ApiClient } from '../shared/api-client.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import type { WechatConfig } from './config.ts'

export const commentsPath = '/cgi-bin/comment/list'
/** WeChat gives fewer than 50. */
const pageSize = 49
/** A comment that the brand chose to show to everybody. */
const featured = 1

const answerShape = z.looseObject({
  total: z.int().min(0).nullish(),
  comment: z.array(z.unknown()).nullish(),
})
const commentShape = z.looseObject({
  user_comment_id: idField,
  openid: idField.nullish(),
  create_time: z.unknown().optional(),
  content: optionalText,
  comment_type: z.unknown().optional(),
  reply: z.looseObject({ content: optionalText, create_time: z.unknown().optional() }).nullish(),
})

/** The question for a page of all comments. The article's id may be beyond 2^53, so the JSON is written by hand. */
export function commentsQuestion(asked: { id: string; index: number; begin: number; count: number }): string {
  const { id, index, begin, count } = asked
  return `{"msg_data_id":${id},"index":${index},"begin":${begin},"count":${count},"type":0}`
}

/** Reads a page of an article's comments, with the brand's replies; how many it held, and how many there are. */
export function readComments(value: unknown, article: string, reading: Reading) {
  const parsed = answerShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'answer'), value)
    return { held: 0, total: 0 }
  }
  const comments = parsed.data.comment ?? []
  for (const [index, entry] of comments.entries()) {
    const comment = commentShape.safeParse(entry)
    if (!comment.success) {
      reading.unreadable('schema', faultsOf(comment.error, 'comment'), entry, `comment ${index}`)
      continue
    }
    const {
      user_comment_id: number,
      openid,
      create_time: time,
      content,
      comment_type: type,
      reply,
    } = comment.data
    const id = `${article}_${number}`
    const common = {
      operation: 'upsert' as const,
      // One that was not chosen is seen by the brand and by who wrote it alone.
      visibility: Number(type) === featured ? ('public' as const) : ('private' as const),
    }
    reading.item({
      ...common,
      id,
      kind: 'comment',
      text: content ?? '',
      createdAt: toMs(time),
      own: false,
      parent: article,
      ...(openid ? { author: { id: openid } } : {}),
    })
    if (!reply?.content) continue
    const at = toMs(reply.create_time)
    reading.item({
      ...common,
      id: `${id}_reply`,
      kind: 'reply',
      text: reply.content,
      createdAt: at,
      own: true,
      parent: id,
    })
  }
  return { held: comments.length, total: parsed.data.total ?? 0 }
}

/** Sweeps the comments of the articles in the config. Their order is not promised, so every sweep reads them all. */
export function createCommentPoll(
  api: ApiClient,
  { articles, pollSeconds }: WechatConfig,
  { clock }: ConnectorContext,
): PollerWay {
  async function visit(task: SweepTask, _since: number, signal: AbortSignal): Promise<Visit> {
    const article = task.subject ?? ''
    const [id = '', index = '0'] = article.split('_')
    const begin = Number(task.page ?? 0)
    const body = commentsQuestion({ id, index: Number(index), begin, count: pageSize })
    const headers = { 'content-type': 'application/json' }
    const { value } = await api.call(commentsPath, { method: 'POST', headers, body }, signal)
    const reading = createReading()
    const { held, total } = readComments(value, article, reading)
    const next = begin + held
    const goesOn = held > 0 && next < total
    return { delivery: reading.delivery(), tasks: goesOn ? [{ ...task, page: String(next) }] : [] }
  }

  return createSweep({
    clock,
    intervalMs: pollSeconds * second,
    firstLookBackMs: 0,
    // An article may be taken back, or its comments closed.
    mayRootBeAbsent: true,
    roots: () => articles.map(({ id, index }) => ({ api: 'comments', subject: `${id}_${index}` })),
    visit,
  })
}
