import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '../store/index.ts'
import { day } from '../time/index.ts'

/** What stands under a breach's sample: its text while it may be shown. */
export const sampleText = z.object({
  text: z.string(),
  permalink: z.string().optional(),
  private: z.boolean(),
})
export type SampleText = z.infer<typeof sampleText>

/** Samples live as long as `mentions` keeps the mention itself, ms. */
export const sampleTtlMs = 15 * day

/** Store key of a mention's sample text: 71 bytes whatever the id, because a platform's id may be 512 long. */
export function sampleKey(platform: string, id: string): string {
  return `sample/${createHash('sha256')
    .update(JSON.stringify([platform, id]))
    .digest('hex')}`
}

/** A sample to keep. Private ones are passed over: their text never leaves `mentions`. */
export interface NewSample extends SampleText {
  platform: string
  id: string
}

/** Keeps the texts of public samples for 15 days, in one durable write. */
export async function writeSamples(store: Store, samples: readonly NewSample[]): Promise<void> {
  const entries = samples
    .filter((sample) => !sample.private)
    .map(({ platform, id, text, permalink, private: isPrivate }) => ({
      key: sampleKey(platform, id),
      value: new TextEncoder().encode(
        JSON.stringify({ text, ...(permalink === undefined ? {} : { permalink }), private: isPrivate }),
      ),
      ttlMs: sampleTtlMs,
    }))
  if (entries.length > 0) await store.setMany(entries)
}

/** The text of a sample; undefined when it was removed, has expired, was private or is unreadable. */
export async function readSample(
  store: Store,
  platform: string,
  id: string,
): Promise<SampleText | undefined> {
  const bytes = await store.get(sampleKey(platform, id))
  if (bytes === undefined) return undefined
  try {
    const parsed = sampleText.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return parsed.success && !parsed.data.private ? parsed.data : undefined
  } catch {
    return undefined
  }
}

/** Removes a sample at once and everywhere: a platform's delete, or a person's request. */
export async function removeSample(store: Store, platform: string, id: string): Promise<void> {
  await store.delete([sampleKey(platform, id)])
}
