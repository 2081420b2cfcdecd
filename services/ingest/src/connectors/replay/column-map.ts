import { z } from 'zod'
import { timeFormats } from './parse-time.ts'

/** Which column (or NDJSON field) holds what; what is left out is guessed from well-known names. */
export const columnMap = z.strictObject({
  text: z.string().optional(),
  createdAt: z.string().optional(),
  /** Without one, or where ids were rounded by a spreadsheet, the row's number is the id. */
  id: z.string().optional(),
  author: z.string().optional(),
  followers: z.string().optional(),
  language: z.string().optional(),
  /** Names the brand of the row; without it brands are found in the text. */
  brand: z.string().optional(),
  parent: z.string().optional(),
  permalink: z.string().optional(),
  likes: z.string().optional(),
  shares: z.string().optional(),
  /** Format of `createdAt`; guessed from the first rows where absent. */
  timeFormat: z.enum(timeFormats).optional(),
  /** Platform under which the rows are counted. */
  platform: z.string().optional(),
})
export type ColumnMap = z.infer<typeof columnMap>

type ColumnField = Exclude<keyof ColumnMap, 'timeFormat' | 'platform'>

/** Names that exports and data sets use, most telling first; compared without case, spaces and underscores. */
const wellKnown: Readonly<Record<ColumnField, readonly string[]>> = {
  text: ['text', 'fulltext', 'content', 'message', 'body', 'tweet', 'comment', 'review'],
  createdAt: ['createdat', 'tweetcreated', 'created', 'timestamp', 'publishedat', 'datetime', 'date', 'time'],
  id: ['id', 'mentionid', 'tweetid', 'postid', 'messageid', 'commentid'],
  author: ['authorid', 'userid', 'author', 'username', 'screenname', 'user', 'name'],
  followers: ['followers', 'followerscount', 'authorfollowers', 'followercount'],
  language: ['language', 'lang'],
  brand: ['brand', 'brandid', 'company', 'airline'],
  parent: ['parent', 'parentid', 'inreplyto', 'inreplytostatusid'],
  permalink: ['permalink', 'url', 'link'],
  likes: ['likes', 'likecount', 'favoritecount', 'favourites'],
  shares: ['shares', 'sharecount', 'retweetcount', 'retweets'],
}

/** Completes a map by the file's own column names. What a person mapped must be there: the rest stays away if it is not. */
export function completeMap(given: ColumnMap, columns: readonly string[]): ColumnMap | { missing: string[] } {
  const fields = Object.keys(wellKnown) as ColumnField[]
  const missing = fields
    .map((field) => given[field])
    .filter((column) => column !== undefined && !columns.includes(column))
  if (missing.length > 0) return { missing: missing.map(String) }
  const byFolded = new Map(columns.map((column) => [fold(column), column]))
  const complete: ColumnMap = { ...given }
  for (const field of fields) {
    const known =
      given[field] ??
      wellKnown[field].map((name) => byFolded.get(name)).find((column) => column !== undefined)
    if (known !== undefined) complete[field] = known
  }
  return complete
}

function fold(column: string): string {
  return column.toLowerCase().replaceAll(/[\s_-]/g, '')
}

/** Parses `text=body,createdAt=when` as given on the command line. */
export function parseMapArgument(argument: string): Record<string, string> {
  return Object.fromEntries(
    argument.split(',').map((pair) => {
      const at = pair.indexOf('=')
      return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
    }),
  )
}
