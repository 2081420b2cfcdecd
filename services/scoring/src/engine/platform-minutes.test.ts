import { expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'
import { dayMs } from './grid.ts'
import { PlatformMinutes } from './platform-minutes.ts'

const today = 20_000
const minutesPerDay = 1_440

it('counts the mentions of fourteen days, of late ones too, and forgets older days', () => {
  const platform = new PlatformMinutes('kuzey', 'simulator', 0)
  platform.countDay(today * dayMs, 3)
  platform.countDay((today - 1) * dayMs)
  platform.countDay((today - 20) * dayMs, 5)
  expect(platform.recentMentions()).toBe(9)
  platform.prune(0, today * minutesPerDay)
  expect(platform.recentMentions()).toBe(4)
  platform.countDay((today + 1) * dayMs, 2)
  platform.prune(0, (today + 15) * minutesPerDay)
  expect(platform.recentMentions()).toBe(2)
  platform.prune(0, (today + 16) * minutesPerDay)
  expect(platform.recentMentions()).toBe(0)
  expect(bytesOf(platform)).toEqual(bytesOf(new PlatformMinutes('kuzey', 'simulator', 0)))
})

it('goes on where it was written, and writes the same again', () => {
  const platform = new PlatformMinutes('kuzey', 'simulator', 0)
  for (const day of [today, today - 2, today + 1, today - 1]) platform.countDay(day * dayMs, day)
  const bytes = bytesOf(platform)
  const read = PlatformMinutes.decode('kuzey', new Reader(bytes, 'platform'))
  expect(bytesOf(read)).toEqual(bytes)
  for (const each of [platform, read]) each.countDay((today + 1) * dayMs)
  expect(read.recentMentions()).toBe(platform.recentMentions())
  expect(bytesOf(read)).toEqual(bytesOf(platform))
})

function bytesOf(platform: PlatformMinutes): Uint8Array {
  const writer = new Writer()
  platform.encode(writer)
  return writer.finish()
}
