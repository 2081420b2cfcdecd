import { z } from 'zod'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const wrapped = z.looseObject({ sub_request_status: z.string().nullish() })
const pageShape = z.looseObject({
  request_status: z.string().nullish(),
  spotlights: z.array(z.unknown()).nullish(),
  public_profiles: z.array(z.unknown()).nullish(),
  paging: z.looseObject({ next_page_id: optionalText, next_link: optionalText }).nullish(),
})
const spotlightShape = z.looseObject({
  id: idField,
  profile_id: idField.nullish(),
  created_at: z.unknown().optional(),
  status: z.string().nullish(),
  title: optionalText,
  caption: optionalText,
  hashtags: z.array(z.string()).nullish(),
  sponsor: z.looseObject({ profile_id: idField.nullish(), display_name: optionalText }).nullish(),
  media_url: z.unknown().optional(),
})
const profileShape = z.looseObject({ id: idField, subscriber_count: z.unknown().optional() })

export interface ProfileContext {
  brandsOf(profileId: string | undefined): readonly string[]
  isOwn(profileId: string | undefined): boolean
  /** Older things were read by earlier looks. */
  since: number
}

/** Reads a page of a profile's Spotlights. Gives the cursor of the next page. */
export function readSpotlights(
  value: unknown,
  context: ProfileContext,
  reading: Reading,
): { next: string | undefined; oldest: number | undefined } {
  const page = pageShape.safeParse(value)
  if (!page.success || !page.data.spotlights) {
    const detail = page.success ? 'spotlights: a list' : faultsOf(page.error, 'answer')
    reading.unreadable('schema', detail, value)
    return { next: undefined, oldest: undefined }
  }
  const times: number[] = []
  for (const [index, entry] of page.data.spotlights.entries()) {
    const parsed = unwrap(entry, 'spotlight', spotlightShape, reading, `spotlight ${index}`)
    if (!parsed) continue
    const at = toMs(parsed.created_at)
    if (at !== undefined) times.push(at)
    if (parsed.status === 'REJECTED' || parsed.status === 'SUBMITTED') reading.ignore('not_content')
    else if (at === undefined || at >= context.since) readSpotlight(parsed, at, context, reading)
  }
  return {
    next: cursorOf(page.data.paging),
    oldest: times.length > 0 ? Math.min(...times) : undefined,
  }
}

/** Followers of a profile: a number given as text, or left out. */
export function readProfiles(value: unknown, context: ProfileContext, reading: Reading): void {
  const page = pageShape.safeParse(value)
  if (!page.success || !page.data.public_profiles) {
    reading.unreadable(
      'schema',
      page.success ? 'public_profiles: a list' : faultsOf(page.error, 'answer'),
      value,
    )
    return
  }
  for (const [index, entry] of page.data.public_profiles.entries()) {
    const profile = unwrap(entry, 'public_profile', profileShape, reading, `profile ${index}`)
    if (!profile) continue
    const total = countOf(profile.subscriber_count)
    if (total === undefined) reading.ignore('not_content')
    else {
      const brands = context.brandsOf(profile.id)
      reading.count({ subject: profile.id, counter: 'followers', total, brands })
    }
  }
}

/** One of several that were asked for together: each may have failed by itself. */
function unwrap<S extends z.ZodType>(
  entry: unknown,
  name: string,
  shape: S,
  reading: Reading,
  place: string,
): z.output<S> | undefined {
  const outer = wrapped.safeParse(entry)
  if (outer.success && outer.data.sub_request_status === 'ERROR') {
    reading.ignore('not_found')
    return undefined
  }
  const parsed = shape.safeParse(outer.data?.[name])
  if (parsed.success) return parsed.data
  reading.unreadable('schema', faultsOf(parsed.error, name, name), entry, place)
  return undefined
}

function readSpotlight(
  spotlight: z.output<typeof spotlightShape>,
  createdAt: number | undefined,
  context: ProfileContext,
  reading: Reading,
): void {
  const { sponsor, hashtags, media_url: mediaUrl } = spotlight
  const profileId = spotlight.profile_id ?? undefined
  const tags = (hashtags ?? []).map((tag) => `#${tag.replace(/^#/, '')}`).join(' ')
  const texts = [spotlight.title, spotlight.caption, tags, sponsor?.display_name]
  const media = linkOf(mediaUrl)
  // A Spotlight that the brand paid for is about it; others must name it.
  const brands = [...context.brandsOf(profileId), ...context.brandsOf(sponsor?.profile_id ?? undefined)]
  reading.item({
    id: spotlight.id,
    kind: 'post',
    text: texts.flatMap((text) => (text ? [text] : [])).join('\n'),
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: context.isOwn(profileId),
    ...(profileId === undefined ? {} : { author: { id: profileId } }),
    ...(media === undefined ? {} : { media: [media] }),
    ...(brands.length > 0 ? { brands: [...new Set(brands)] } : {}),
  })
}

/** The link that comes is not followed as it is: its cursor is taken out of it. */
function cursorOf(paging: z.output<typeof pageShape>['paging']): string | undefined {
  if (!paging) return undefined
  const link = paging.next_link
  const inLink = link && URL.canParse(link) ? new URL(link).searchParams.get('cursor') : null
  return inLink ?? paging.next_page_id
}
