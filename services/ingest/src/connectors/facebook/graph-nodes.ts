import { z } from 'zod'
import type { Item } from '../connector.ts'
import { type GraphPage, readGraphList } from '../meta/graph-page.ts'
import { hiddenInList } from '../shared/deletion.ts'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

export const postFields =
  'id,message,created_time,from{id},permalink_url,shares,reactions.summary(total_count).limit(0),comments.summary(true).limit(0)'
export const commentFields = 'id,message,created_time,from{id},parent{id},permalink_url,attachment,is_hidden'

const summary = z
  .looseObject({ summary: z.looseObject({ total_count: z.unknown().optional() }).nullish() })
  .nullish()
const nodeShape = z.looseObject({
  id: idField,
  message: optionalText,
  created_time: z.unknown().optional(),
  from: z.looseObject({ id: idField.nullish() }).nullish(),
  permalink_url: z.unknown().optional(),
  parent: z.looseObject({ id: idField }).nullish(),
  attachment: z
    .looseObject({
      media: z.looseObject({ image: z.looseObject({ src: z.unknown().optional() }).nullish() }).nullish(),
    })
    .nullish(),
  is_hidden: z.unknown().optional(),
  shares: z.looseObject({ count: z.unknown().optional() }).nullish(),
  reactions: summary,
  comments: summary,
})
type Node = z.infer<typeof nodeShape>

/** A post found in a listing, for what is asked about it next. */
export interface FoundPost {
  id: string
  at: number
}

export interface NodeContext {
  /** The Page; absent in `nabiz decode`, where nobody says. */
  pageId?: string
  brands: readonly string[]
  /** The post whose comments these are. */
  postId?: string
  /** Older things were read before; they are passed over. */
  since: number
}

/** A page of a Graph listing, with the posts on it. */
export interface ReadPage extends GraphPage {
  posts: FoundPost[]
}

/** Reads a page of posts (`published_posts`, `tagged`) or of comments into `reading`. */
export function readGraphPage(
  value: unknown,
  kind: 'posts' | 'comments',
  context: NodeContext,
  reading: Reading,
): ReadPage {
  const posts: FoundPost[] = []
  const page = readGraphList(value, reading, (entry, index) => {
    const parsed = nodeShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'node'), entry, `${kind} ${index}`)
      return undefined
    }
    const node = parsed.data
    const at = toMs(node.created_time)
    if (kind === 'posts') {
      posts.push({ id: node.id, at: at ?? 0 })
      countsOf(node, context, reading)
    }
    if (at === undefined || at >= context.since) {
      const item = toItem(node, kind, at, context)
      reading.item(item)
      if (node.is_hidden === true) reading.item(hiddenInList(item))
    }
    return at
  })
  return { posts, ...page }
}

function toItem(
  node: Node,
  kind: 'posts' | 'comments',
  createdAt: number | undefined,
  context: NodeContext,
): Item {
  const writer = node.from?.id ?? undefined
  const parent = kind === 'comments' ? (node.parent?.id ?? context.postId) : undefined
  const permalink = linkOf(node.permalink_url)
  const picture = linkOf(node.attachment?.media?.image?.src)
  return {
    id: node.id,
    kind: kind === 'posts' ? 'post' : node.parent ? 'reply' : 'comment',
    text: node.message ?? '',
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: writer !== undefined && writer === context.pageId,
    ...(writer === undefined ? {} : { author: { id: writer } }),
    ...(parent === undefined ? {} : { parent }),
    ...(permalink === undefined ? {} : { permalink }),
    ...(picture === undefined ? {} : { media: [picture] }),
    ...(context.brands.length > 0 ? { brands: context.brands } : {}),
  }
}

/** Counters of a post. Comments come one by one as well, so their number is only shown. */
function countsOf(node: Node, { brands }: NodeContext, reading: Reading): void {
  const found = [
    { counter: 'likes', total: countOf(node.reactions?.summary?.total_count) },
    { counter: 'shares', total: countOf(node.shares?.count) },
    { counter: 'comments', total: countOf(node.comments?.summary?.total_count), isItemised: true },
  ] as const
  for (const { total, ...count } of found) {
    if (total !== undefined) reading.count({ ...count, subject: node.id, total, brands })
  }
}
