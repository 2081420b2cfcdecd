import { hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, PollerWay } from '../connector.ts'
import type { Graph } from '../meta/graph.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'

const pageSize = 50
const fields = { conversations: 'id,updated_time', messages: 'id,created_time,from,message' }

const pageShape = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({
      next: z.unknown().optional(),
      cursors: z.looseObject({ after: z.string().nullish() }).nullish(),
    })
    .nullish(),
})
const conversationShape = z.looseObject({ id: idField, updated_time: z.unknown().optional() })
const messageShape = z.looseObject({
  id: idField,
  created_time: z.unknown().optional(),
  from: z.looseObject({ id: idField.nullish() }).nullish(),
  message: optionalText,
})

export interface MessageContext {
  /** The Page; absent in `nabiz decode`. */
  pageId?: string
  brands: readonly string[]
  since: number
}

/** Reads a page of a conversation's messages; their ids are those of the webhook. The cursor after it and its oldest time. */
export function readMessages(value: unknown, context: MessageContext, reading: Reading) {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { after: undefined, oldest: 0 }
  }
  let oldest = Number.POSITIVE_INFINITY
  for (const [index, entry] of page.data.data.entries()) {
    const parsed = messageShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'message'), entry, `message ${index}`)
      continue
    }
    const { id, created_time: time, from, message } = parsed.data
    const createdAt = toMs(time)
    if (createdAt !== undefined) oldest = Math.min(oldest, createdAt)
    if (createdAt !== undefined && createdAt < context.since) continue
    const writer = from?.id ?? undefined
    reading.item({
      id,
      idIsPersonal: true,
      kind: 'message',
      text: message ?? '',
      createdAt,
      operation: 'upsert',
      visibility: 'private',
      own: writer !== undefined && writer === context.pageId,
      ...(writer === undefined ? {} : { author: { id: writer } }),
      ...(context.brands.length > 0 ? { brands: context.brands } : {}),
    })
  }
  return { after: afterOf(page.data), oldest }
}

export interface ConversationsOptions {
  accounts: Readonly<Record<string, readonly string[]>>
  pollSeconds: number
  firstLookBackHours: number
}

/** Sweeps the Page's conversations, newest first, for messages that the webhook missed. */
export function createConversationsPoll(
  graph: Graph,
  { accounts, pollSeconds, firstLookBackHours }: ConversationsOptions,
  { clock }: ConnectorContext,
): PollerWay {
  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const [pageId = '', conversation] = (task.subject ?? '').split('/')
    const reading = createReading()
    if (conversation === undefined) {
      const query = { platform: 'messenger', fields: fields.conversations, limit: pageSize, after: task.page }
      const { value } = await graph.call(`/${pageId}/conversations`, { query }, signal)
      return { delivery: reading.delivery(), tasks: conversationTasks(value, task, since) }
    }
    const query = { fields: fields.messages, limit: pageSize, after: task.page }
    const { value } = await graph.call(`/${conversation}/messages`, { query }, signal)
    const read = readMessages(value, { pageId, brands: accounts[pageId] ?? [], since }, reading)
    const goesOn = read.after !== undefined && read.oldest >= since
    return {
      delivery: reading.delivery(),
      tasks: goesOn && read.after ? [{ ...task, page: read.after }] : [],
    }
  }

  return createSweep({
    clock,
    intervalMs: pollSeconds * second,
    firstLookBackMs: firstLookBackHours * hour,
    roots: () => Object.keys(accounts).map((subject) => ({ api: 'conversations', subject })),
    visit,
  })
}

/** Conversations that moved since, and the next page of the list while it may hold more of them. */
function conversationTasks(value: unknown, task: SweepTask, since: number): SweepTask[] {
  const page = pageShape.safeParse(value)
  if (!page.success) return []
  const moved = page.data.data.flatMap((entry) => {
    const parsed = conversationShape.safeParse(entry)
    const at = parsed.success ? (toMs(parsed.data.updated_time) ?? since) : 0
    return parsed.success && at >= since
      ? [{ api: 'messages', subject: `${task.subject}/${parsed.data.id}` }]
      : []
  })
  const after = afterOf(page.data)
  return [
    ...moved,
    ...(after !== undefined && moved.length === page.data.data.length ? [{ ...task, page: after }] : []),
  ]
}

function afterOf({ paging }: z.infer<typeof pageShape>): string | undefined {
  return paging?.next ? (paging.cursors?.after ?? undefined) : undefined
}
