import { type Mention, mentionKinds, mentionOperations } from './mentions.ts'

const kinds: ReadonlySet<unknown> = new Set(mentionKinds)
const operations: ReadonlySet<unknown> = new Set(mentionOperations)
const flags: ReadonlySet<unknown> = new Set(['future', 'past', 'missing'])
const platformName = /^[a-z][a-z0-9_]{0,31}$/
const brandId = /^[a-z0-9][a-z0-9-]{0,62}$/
const latestTime = 8.64e15
/** Fields every mention has. */
const requiredFields = 12

/**
 * The value itself when it is a mention as ingest writes it, without any field the contract does not know; undefined
 * says nothing, the schema decides. It spares the schema's walk and copy for what is nearly every record: validating
 * with zod was a sixth of scoring's time, and of ingest's. Accepts exactly what `mention` accepts and leaves as it is.
 */
export function asKnownMention(value: unknown): Mention | undefined {
  if (!isObject(value)) return undefined
  let found = 0
  for (const field in value) {
    const content = value[field]
    switch (field) {
      case 'v':
        if (content !== 1) return undefined
        found += 1
        break
      case 'type':
        if (content !== 'mention') return undefined
        found += 1
        break
      case 'id':
        if (!isText(content, 1, 512)) return undefined
        found += 1
        break
      case 'platform':
        if (typeof content !== 'string' || !platformName.test(content)) return undefined
        found += 1
        break
      case 'brand':
        if (typeof content !== 'string' || !brandId.test(content)) return undefined
        found += 1
        break
      case 'kind':
        if (!kinds.has(content)) return undefined
        found += 1
        break
      case 'operation':
        if (!operations.has(content)) return undefined
        found += 1
        break
      case 'visibility':
        if (content !== 'public' && content !== 'private') return undefined
        found += 1
        break
      case 'text':
        if (!isText(content, 0, 100_000)) return undefined
        found += 1
        break
      case 'createdAt':
      case 'receivedAt':
        if (!isCount(content) || content > latestTime) return undefined
        found += 1
        break
      case 'own':
        if (typeof content !== 'boolean') return undefined
        found += 1
        break
      default:
        if (!isKnownOption(field, content)) return undefined
    }
  }
  return found === requiredFields ? (value as unknown as Mention) : undefined
}

function isKnownOption(field: string, content: unknown): boolean {
  switch (field) {
    case 'author':
      return isAuthor(content)
    case 'language':
      return isText(content, 0, 35)
    case 'createdAtFlag':
      return flags.has(content)
    case 'engagement':
      return isEngagement(content)
    case 'permalink':
      return isText(content, 0, 2_048)
    case 'parent':
      return isText(content, 0, 512)
    case 'media':
      return Array.isArray(content) && content.length <= 10 && content.every((url) => isText(url, 0, 2_048))
    case 'revision':
      return isText(content, 0, 128)
    case 'simulated':
      return typeof content === 'boolean'
    default:
      return false
  }
}

function isAuthor(value: unknown): boolean {
  if (!isObject(value) || !Object.hasOwn(value, 'id')) return false
  for (const field in value) {
    const content = value[field]
    if (field === 'id') {
      if (!isText(content, 1, 128)) return false
    } else if (field === 'followers') {
      if (!isCount(content)) return false
    } else if (field !== 'verified' || typeof content !== 'boolean') return false
  }
  return true
}

function isEngagement(value: unknown): boolean {
  if (!isObject(value)) return false
  for (const field in value) {
    if (field !== 'likes' && field !== 'shares' && field !== 'comments' && field !== 'views') return false
    if (!isCount(value[field])) return false
  }
  return true
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown, shortest: number, longest: number): value is string {
  return typeof value === 'string' && value.length >= shortest && value.length <= longest
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
