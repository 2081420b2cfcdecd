import { writeFile } from 'node:fs/promises'
import { hour, minute } from '@nabiz/shared/time'
import { createSeeded } from './crash/seeded.ts'

export const fileBrands = ['lorvex', 'tindara'] as const
const from = Date.UTC(2026, 1, 2)
const calm = ['şubesi bugün sakindi', 'kargom geldi, teşekkürler', 'opened a new shop', 'fiyatlar yine arttı']
const angry = ['rezalet, param iade edilmedi', 'berbat hizmet, kimse cevap vermiyor', 'terrible, never again']

/** Writes a CSV of two invented brands over 40 hours, with a storm about the first; returns its rows. */
export async function writeInventedFile(path: string, seed: number): Promise<number> {
  const random = createSeeded(seed)
  const pick = (texts: readonly string[]) => texts[Math.floor(random() * texts.length)]
  const rows = ['id,brand,text,created_at,author']
  for (let at = from; at < from + 40 * hour; at += 5 * minute) {
    for (const brand of fileBrands) {
      const isStorm = brand === fileBrands[0] && at >= from + 30 * hour && at < from + 31 * hour
      for (let left = Math.floor(random() * (isStorm ? 60 : 4)); left > 0; left -= 1) {
        const createdAt = new Date(at + Math.floor(random() * 5 * minute)).toISOString()
        const text = `${brand} ${pick(isStorm || random() < 0.2 ? angry : calm)} ${rows.length}`
        rows.push(`m${rows.length},${brand},"${text}",${createdAt},author${Math.floor(random() * 400)}`)
      }
    }
  }
  await writeFile(path, `${rows.join('\n')}\n`)
  return rows.length - 1
}
