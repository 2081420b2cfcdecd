import { z } from 'zod'
import type { Item } from '../connector.ts'
import type { MetaEntry } from '../meta/envelope.ts'
import { idField, optionalText } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const optionalId = idField.nullish()

const commentShape = z.looseObject({
  id: idField,
  text: optionalText,
  from: z
    .looseObject({ id: optionalId, username: optionalText, self_ig_scoped_id: z.unknown().optional() })
    .nullish(),
  media: z.looseObject({ id: optionalId }).nullish(),
  parent_id: optionalId,
})
const mentionShape = z.looseObject({ media_id: optionalId, comment_id: optionalId })

/** Somebody named the account: ids alone, the text must be asked for. */
export interface Lookup {
  accountId: string
  mediaId: string | undefined
  commentId: string | undefined
  brands: readonly string[]
}

/** Reads a change of a professional account; a mention goes into `lookups` in place of the reading. */
export function readAccountChange(
  field: string,
  value: unknown,
  entry: MetaEntry,
  brands: readonly string[],
  reading: Reading,
  lookups: Lookup[],
) {
  if (field === 'mentions') {
    const parsed = mentionShape.safeParse(value)
    if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'value'), value)
    const { media_id: mediaId, comment_id: commentId } = parsed.data
    if (mediaId == null && commentId == null) {
      return reading.unreadable('schema', 'media_id: an id: text or a whole number', value)
    }
    lookups.push({
      accountId: entry.id,
      mediaId: mediaId ?? undefined,
      commentId: commentId ?? undefined,
      brands,
    })
    return
  }
  if (field !== 'comments' && field !== 'live_comments') {
    return reading.ignore(field === 'story_insights' ? 'not_content' : 'unknown_kind')
  }
  const parsed = commentShape.safeParse(value)
  if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'value'), value)
  reading.item({ ...toItem(parsed.data, entry), ...(brands.length > 0 ? { brands } : {}) })
}

/** Comments carry no time of their own: Meta's time of sending is seconds later at most. */
function toItem(comment: z.infer<typeof commentShape>, entry: MetaEntry): Item {
  const { from, parent_id: answered, media } = comment
  const writer = from?.id ?? from?.username
  const parent = answered ?? media?.id
  const isOwn = writer !== undefined && (writer === entry.id || from?.self_ig_scoped_id != null)
  return {
    id: comment.id,
    kind: answered == null ? 'comment' : 'reply',
    text: comment.text ?? '',
    createdAt: entry.at,
    operation: 'upsert',
    visibility: 'public',
    own: isOwn,
    ...(writer === undefined || writer === null ? {} : { author: { id: writer } }),
    ...(parent == null ? {} : { parent }),
  }
}
