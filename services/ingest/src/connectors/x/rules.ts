import { createHash } from 'node:crypto'
import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import { idField } from '../shared/fields.ts'
import type { XApi } from './api.ts'
import type { XConfig } from './config.ts'

const path = '/2/tweets/search/stream/rules'
/** Rules with another tag belong to somebody else. */
const tagPrefix = 'nabiz '

const rulesShape = z.looseObject({
  data: z.array(z.looseObject({ id: idField, tag: z.string().nullish() })).nullish(),
})
const changedShape = z.looseObject({ errors: z.array(z.unknown()).nullish() })

/** A query's rule is known by its text, so that a changed query is another rule. */
export function tagOf(query: string): string {
  return `${tagPrefix}${createHash('sha256').update(query).digest('hex').slice(0, 12)}`
}

/** Makes the stream's rules those of the config; rules that are not ours stay. */
export async function syncRules(api: XApi, queries: XConfig['queries'], signal: AbortSignal): Promise<void> {
  const json = { 'content-type': 'application/json' }
  const known = rulesShape.safeParse((await api.manage.call(path, {}, signal)).value).data?.data ?? []
  const wanted = new Map(queries.map(({ query }) => [tagOf(query), query]))
  const tags = new Set(known.map(({ tag }) => tag))
  const add = [...wanted].filter(([tag]) => !tags.has(tag)).map(([tag, value]) => ({ tag, value }))
  const stale = known.filter(({ tag }) => tag?.startsWith(tagPrefix) && !wanted.has(tag)).map(({ id }) => id)
  if (stale.length > 0) await change({ delete: { ids: stale } })
  if (add.length > 0) await change({ add })

  async function change(body: unknown): Promise<void> {
    const request = { method: 'POST' as const, headers: json, body: JSON.stringify(body) }
    const { value } = await api.manage.call(path, request, signal)
    const faults = changedShape.safeParse(value).data?.errors?.length ?? 0
    if (faults === 0) return
    throw new DependencyError('platform_protocol', `x refuses ${faults} of the queries as rules`, {
      retryable: true,
    })
  }
}
