import type { Learner } from './learner.ts'

const GREATEST = 32_767

/** Takes neutral's weight from both others and packs the pair into one 32-bit number; an untouched bucket is 0. */
export function quantise({ weights }: Learner): { weights: Int32Array; scale: number } {
  const buckets = weights.length / 3
  const pair = (bucket: number) => {
    const neutral = weights[bucket * 3 + 1] as number
    return [(weights[bucket * 3] as number) - neutral, (weights[bucket * 3 + 2] as number) - neutral] as const
  }
  let greatest = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [negative, positive] = pair(bucket)
    greatest = Math.max(greatest, Math.abs(negative), Math.abs(positive))
  }
  const scale = greatest === 0 ? 1 : greatest / GREATEST
  const packed = new Int32Array(buckets)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [negative, positive] = pair(bucket)
    packed[bucket] = (Math.round(negative / scale) << 16) | (Math.round(positive / scale) & 0xffff)
  }
  return { weights: packed, scale }
}
