import { type BrandConfig, brandConfig } from '@nabiz/shared/contracts'
import { z } from 'zod'
import { sectors } from './rhythm.ts'
import { type StoryName, storyNames } from './stories.ts'

/** An invented brand: its configuration, and how people talk about it. */
export const simulatedBrand = brandConfig
  .pick({
    id: true,
    name: true,
    language: true,
    timeZone: true,
    names: true,
    aliases: true,
    handles: true,
    hashtags: true,
    exclusions: true,
  })
  .extend({
    /** What people say about it on an ordinary day. */
    sector: z.enum(sectors),
    /** Mentions an hour, mean of a week. */
    ratePerHour: z.number().min(1).max(100_000),
    /** What its crisis is about. */
    story: z.enum(storyNames),
  })
  .refine((brand) => brand.handles.length > 0 && brand.hashtags.length > 0, {
    error: 'at least one handle and one hashtag: texts use them',
  })
export type SimulatedBrand = z.infer<typeof simulatedBrand>

/** The brand as it stands under `brands` in nabiz.yaml. */
export function toBrandConfig(brand: SimulatedBrand): BrandConfig {
  const { sector: _sector, ratePerHour: _rate, story: _story, ...config } = brand
  return brandConfig.parse(config)
}

/** The brands of the demonstration. All are invented; no company of these names is known to us. */
export const demoBrands: readonly SimulatedBrand[] = [
  {
    id: 'kuzey-air',
    name: 'Kuzey Air',
    language: 'tr',
    timeZone: 'Europe/Istanbul',
    names: ['Kuzey Air'],
    aliases: ['KuzeyAir'],
    handles: ['@kuzeyairsim'],
    hashtags: ['#KuzeyAir'],
    exclusions: ['kuzey air show'],
    sector: 'airline',
    ratePerHour: 90,
    story: 'flights-cancelled' satisfies StoryName,
  },
  {
    id: 'lokmajet',
    name: 'Lokmajet',
    language: 'tr',
    timeZone: 'Europe/Istanbul',
    names: ['Lokmajet'],
    aliases: ['Lokma Jet'],
    handles: ['@lokmajetsim'],
    hashtags: ['#Lokmajet'],
    exclusions: ['lokma jet motoru'],
    sector: 'delivery',
    ratePerHour: 130,
    story: 'spoiled-food' satisfies StoryName,
  },
  {
    id: 'tolvena',
    name: 'Tolvena Mobile',
    language: 'en',
    timeZone: 'Europe/London',
    names: ['Tolvena Mobile'],
    aliases: ['Tolvena'],
    handles: ['@tolvenasim'],
    hashtags: ['#Tolvena'],
    exclusions: ['tolvena valley'],
    sector: 'mobile',
    ratePerHour: 60,
    story: 'network-down' satisfies StoryName,
  },
]
