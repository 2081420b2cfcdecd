import { z } from 'zod'
import type { Graph } from '../meta/graph.ts'
import { InvalidPageError, NotFoundError } from '../shared/api-client.ts'
import type { Reading } from '../shared/reading.ts'
import type { Lookup } from './comment-change.ts'
import { mediaFields, readComment, readMedia } from './graph-nodes.ts'

const answerShape = z.looseObject({
  mentioned_comment: z.unknown().optional(),
  mentioned_media: z.unknown().optional(),
})

/**
 * Asks for the text of a mention, which Meta names by ids alone. Throws DependencyError when the platform cannot be
 * asked now: the delivery is then answered with 503 and comes again.
 */
export async function lookUp(
  { accountId, mediaId, commentId, brands }: Lookup,
  graph: Graph,
  reading: Reading,
  signal: AbortSignal,
): Promise<void> {
  const fields =
    commentId === undefined
      ? `mentioned_media.media_id(${mediaId}){${mediaFields}}`
      : `mentioned_comment.comment_id(${commentId}){id,text,timestamp,like_count,media{id,permalink}}`
  const context = { accountId, brands, since: 0, ...(mediaId === undefined ? {} : { mediaId }) }
  try {
    const { value } = await graph.call(`/${accountId}`, { query: { fields } }, signal)
    const answer = answerShape.safeParse(value)
    if (commentId === undefined) readMedia(answer.data?.mentioned_media, false, context, reading, [])
    else readComment(answer.data?.mentioned_comment, context, reading, undefined)
  } catch (err) {
    // Deleted meanwhile, or the media's owner is private.
    if (err instanceof NotFoundError || err instanceof InvalidPageError) reading.ignore('not_found')
    else throw err
  }
}
