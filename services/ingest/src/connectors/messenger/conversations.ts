import { hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, PollerWay } from '../connector.ts'
import type { Graph } from '../meta/graph.ts'
import { type GraphPage, readGraphList } from '../meta/graph-page.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'

const pageSize = 50
const fields = { conversations: 'id,updated_time', messages: 'id,created_time,from,message' }

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
export function readMessages(value: unknown, context: MessageContext, reading: Reading): GraphPage {
  return readGraphList(value, reading, (entry, index) => {
    const parsed = messageShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'message'), entry, `message ${index}`)
      return undefined
    }
    const { id, created_time: time, from, message } = parsed.data
    const createdAt = toMs(time)
    if (createdAt !== undefined && createdAt < context.since) return createdAt
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
    return createdAt
  })
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
      const tasks = conversationTasks(value, task, since, reading)
      return { delivery: reading.delivery(), tasks }
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
function conversationTasks(value: unknown, task: SweepTask, since: number, reading: Reading): SweepTask[] {
  const moved: SweepTask[] = []
  const { after, oldest } = readGraphList(value, reading, (entry, index) => {
    const parsed = conversationShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'conversation'), entry, `conversation ${index}`)
      return undefined
    }
    const at = toMs(parsed.data.updated_time) ?? since
    if (at >= since) moved.push({ api: 'messages', subject: `${task.subject}/${parsed.data.id}` })
    return at
  })
  return [...moved, ...(after !== undefined && oldest >= since ? [{ ...task, page: after }] : [])]
}
