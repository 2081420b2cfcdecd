import { thresholdsConfig } from '@nabiz/shared/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WindowBuckets } from './baseline.ts'
import {
  addSamples,
  emptySample,
  estimateShare,
  type ShareSample,
  sampleOf,
  wilsonLower,
} from './corrected-share.ts'
import { createShareBaseline, decodeShareBaseline, type ShareBaseline } from './share-baseline.ts'
import { evaluateShare, type ShareQuestion, shareFloor } from './share-severity.ts'
import { poisson, seeded } from './testing/random-series.ts'

const thresholds = thresholdsConfig.parse({ id: 'default' })
const lengths: readonly WindowBuckets[] = [12, 3, 1]
const start = 5_000_004

describe('corrected share', () => {
  it('undoes the errors of the engine, language by language', () => {
    // 200 of 1,000 are negative: 0.7 of them and 0.1 of the rest are judged so; likewise with other rates.
    const parts = [
      { mentions: 1_000, negatives: 220, sensitivity: 0.7, falsePositiveRate: 0.1 },
      { mentions: 500, negatives: 200, sensitivity: 0.6, falsePositiveRate: 0.2 },
    ]
    expect(sampleOf(parts).corrected).toBeCloseTo(200 + 250, 9)
    expect(estimateShare(sampleOf(parts)).share).toBeCloseTo(0.3, 9)
  })

  it('is the correction applied to the Wilson bound where there is one language', () => {
    const sample = sampleOf([{ mentions: 100, negatives: 60, sensitivity: 0.7, falsePositiveRate: 0.1 }])
    expect(estimateShare(sample).lower).toBeCloseTo((wilsonLower(60, 100) - 0.1) / 0.6, 12)
    // Worked by hand from Wilson's formula: 60 of 100 at z = 3.09.
    expect(wilsonLower(60, 100)).toBeCloseTo(0.44639, 4)
  })

  it('has a bound that lies below the share, within 0..1, and rises with more of the same', () => {
    fc.assert(
      fc.property(aSample(), (sample) => {
        const { share, lower } = estimateShare(sample)
        expect(lower).toBeGreaterThanOrEqual(0)
        expect(lower).toBeLessThanOrEqual(share)
        expect(share).toBeLessThanOrEqual(1)
        expect(estimateShare(addSamples(sample, sample)).lower).toBeGreaterThanOrEqual(lower - 1e-12)
      }),
    )
  })

  it('refuses rates with which nothing can be corrected', () => {
    const part = { mentions: 1, negatives: 1, sensitivity: 0.3, falsePositiveRate: 0.3 }
    expect(() => sampleOf([part])).toThrow('found sensitivity 0.3 and false positive rate 0.3')
  })
})

describe('share baseline', () => {
  it('finds the usual share and how much it really varies', () => {
    const even = fed(20 * 288, () => 0.3, 1).forecast()
    expect(even).toMatchObject({ phase: 'full', days: 14 })
    expect(even.expected).toBeCloseTo(0.3, 1)
    expect(even.sigma).toBe(0.03)
    const restless = fed(20 * 288, (hour) => (hour % 2 === 0 ? 0.2 : 0.4), 1).forecast()
    expect(restless.expected).toBeCloseTo(0.3, 1)
    expect(restless.sigma).toBeCloseTo(0.1, 1)
    expect(restless.sigma).toBeGreaterThan(0.08)
  })

  it('lets no storm of one hour decide what is usual', () => {
    const baseline = fed(14 * 288, () => 0.2, 2)
    for (let i = 0; i < 48; i += 1) {
      const negatives = i < 12 ? 900 : 4
      const mentions = i < 12 ? 1_000 : 20
      baseline.close(start + 14 * 288 + i, aCount(mentions, negatives), true)
    }
    expect(baseline.forecast().expected).toBeLessThan(0.22)
    expect(baseline.forecast().sigma).toBeLessThan(0.06)
  })

  it('warms up: nothing, then one deviation more, then the rule', () => {
    expect(createShareBaseline().forecast()).toMatchObject({ phase: 'none', days: 0, ratePerHour: 0 })
    expect(fed(287, () => 0.2, 1).forecast().phase).toBe('none')
    expect(fed(288, () => 0.2, 1).forecast().phase).toBe('plain')
    expect(fed(863, () => 0.2, 1).forecast().phase).toBe('plain')
    expect(fed(864, () => 0.2, 1).forecast().phase).toBe('full')
  })

  it('leaves unobserved buckets out and forgets after two weeks', () => {
    const baseline = fed(5 * 288, () => 0.3, 1)
    const before = baseline.forecast()
    for (let i = 5 * 288; i < 6 * 288; i += 1) baseline.close(start + i, emptySample, false)
    expect(baseline.forecast().days).toBe(5)
    expect(baseline.forecast().ratePerHour).toBeCloseTo(before.ratePerHour, 0)
    for (let i = 6 * 288; i < 20 * 288; i += 1) baseline.close(start + i, emptySample, false)
    expect(baseline.forecast()).toMatchObject({ phase: 'none', days: 0 })
  })

  it('takes late mentions in as if they had been in time', () => {
    const whole = fed(300, () => 0.3, 3)
    const late = fed(300, () => 0.3, 3)
    whole.correct(start + 100, aCount(8, 5))
    for (let i = 0; i < 8; i += 1) late.correct(start + 96 + i, aCount(1, i < 5 ? 1 : 0))
    expect(late.forecast()).toEqual(whole.forecast())
    const before = late.encode()
    late.correct(start - 50, aCount(8, 5))
    late.correct(start + 300, aCount(8, 5))
    expect(late.encode()).toEqual(before)
  })

  it('goes on identically after decoding, at any age, in at most 12 KB', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_500 }), fc.integer({ min: 0, max: 99 }), (age, seed) => {
        const original = fed(age, () => 0.3, seed)
        const copy = decodeShareBaseline(original.encode())
        expect(original.encode().length).toBeLessThan(12_000)
        for (const baseline of [original, copy]) {
          for (let i = 0; i < 200; i += 1) baseline.close(start + age + i, aCount(i % 7, i % 3), i % 11 > 0)
        }
        expect(copy.encode()).toEqual(original.encode())
        expect(copy.forecast()).toEqual(original.forecast())
      }),
      { numRuns: 10 },
    )
  })

  it('refuses bytes that are cut, longer or of another kind, and says so', () => {
    const bytes = fed(400, () => 0.3, 1).encode()
    expect(() => decodeShareBaseline(bytes.subarray(0, 100))).toThrow(/encoded share baseline: found/)
    expect(() => decodeShareBaseline(Uint8Array.of(...bytes, 0))).toThrow('1 bytes after the end')
    expect(() => decodeShareBaseline(bytes.with(0, 0x43))).toThrow('kind 67')
  })
})

describe('severity of a share', () => {
  it('never pages on few mentions, however negative', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.constantFrom(...lengths), (mentions, windowBuckets) => {
        const question = aQuestion({ sample: aCount(mentions, mentions), windowBuckets })
        expect(evaluateShare(question).severity).toBe(0)
      }),
    )
    expect([...lengths].map((length) => shareFloor(100, length, thresholds))).toEqual([30, 10, 10])
    expect([...lengths].map((length) => shareFloor(5, length, thresholds))).toEqual([10, 10, 10])
  })

  it('pages when most of an hour is negative and that is not usual', () => {
    expect(evaluateShare(aQuestion({ sample: aCount(60, 12) })).severity).toBe(0)
    expect(evaluateShare(aQuestion({ sample: aCount(60, 48) })).severity).toBeGreaterThan(1)
    const usual = { expected: 0.75, sigma: 0.05 }
    expect(evaluateShare(aQuestion({ sample: aCount(60, 48), ...usual })).severity).toBeLessThan(1)
  })

  it('stays within reach of a wholly negative storm, however much a brand varies', () => {
    for (const windowBuckets of lengths) {
      const question = aQuestion({ sample: aCount(1_000, 1_000), windowBuckets, expected: 0.6, sigma: 0.3 })
      expect(evaluateShare(question).severity).toBeGreaterThan(1)
    }
  })

  it('says nothing on the first day and asks for more while the baseline is plain', () => {
    const sample = aCount(60, 60)
    expect(evaluateShare(aQuestion({ sample, phase: 'none' }))).toMatchObject({
      severity: 0,
      severityWithoutFloors: 0,
      countAtSeverity1: Number.POSITIVE_INFINITY,
    })
    const full = evaluateShare(aQuestion({ sample })).severity
    expect(evaluateShare(aQuestion({ sample, phase: 'plain' })).severity).toBeLessThan(full)
  })

  it('names the first negative mention that would decide', () => {
    fc.assert(
      fc.property(aSample(), fc.constantFrom(...lengths), (sample, windowBuckets) => {
        const question = aQuestion({ sample, windowBuckets })
        const { countAtSeverity1, severity } = evaluateShare(question)
        if (severity >= 1) expect(countAtSeverity1).toBe(sample.negatives)
        if (countAtSeverity1 === sample.negatives || !Number.isFinite(countAtSeverity1)) return
        const more = countAtSeverity1 - sample.negatives
        const rates = ratesOf(sample)
        const after = (count: number) => {
          const added = sampleOf([{ mentions: count, negatives: count, ...rates }])
          return evaluateShare({ ...question, sample: addSamples(sample, added) }).severity
        }
        expect(after(more)).toBeGreaterThanOrEqual(1 - 1e-9)
        expect(after(more - 1)).toBeLessThan(1 + 1e-9)
      }),
    )
  })

  it('names the share that decides, in the unit of its value and never above 1, or none', () => {
    fc.assert(
      fc.property(
        aSample(),
        fc.constantFrom(...lengths),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, windowBuckets, expected) => {
          const { value, valueAtSeverity1, countAtSeverity1, severity } = evaluateShare(
            aQuestion({ sample, windowBuckets, expected }),
          )
          if (!Number.isFinite(countAtSeverity1)) expect(valueAtSeverity1).toBe(Number.POSITIVE_INFINITY)
          else expect(valueAtSeverity1).toBeLessThanOrEqual(1)
          if (severity > 1) expect(value).toBeGreaterThanOrEqual(valueAtSeverity1)
          else if (severity > 0 && severity < 1) expect(value).toBeLessThan(valueAtSeverity1)
        },
      ),
    )
  })

  it('pages never in weeks of an even share', () => {
    const random = seeded(5)
    const baseline = createShareBaseline()
    const recent: ShareSample[] = []
    let pages = 0
    for (let i = 0; i < 28 * 288; i += 1) {
      const sample = drawn(6, 0.35, random)
      recent.push(sample)
      for (const windowBuckets of lengths) {
        const window = recent.slice(-windowBuckets).reduce(addSamples, emptySample)
        const forecast = baseline.forecast()
        if (evaluateShare({ forecast, sample: window, windowBuckets, thresholds }).severity >= 1) pages += 1
      }
      baseline.close(i, sample, true)
    }
    expect(pages).toBe(0)
  })
})

function aCount(mentions: number, negatives: number): ShareSample {
  return sampleOf([{ mentions, negatives, sensitivity: 1, falsePositiveRate: 0 }])
}

function aSample(): fc.Arbitrary<ShareSample> {
  return fc
    .tuple(
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 0.05, 0.2),
    )
    .map(([mentions, share, falsePositiveRate]) =>
      sampleOf([{ mentions, negatives: Math.round(mentions * share), sensitivity: 0.8, falsePositiveRate }]),
    )
}

/** The rates `aSample` was made with. */
function ratesOf({ mentions, inflated }: ShareSample): { sensitivity: number; falsePositiveRate: number } {
  return { sensitivity: 0.8, falsePositiveRate: 0.8 - Math.sqrt(mentions / inflated) }
}

function drawn(mean: number, share: number, random: () => number): ShareSample {
  const mentions = poisson(mean, random)
  let negatives = 0
  for (let i = 0; i < mentions; i += 1) if (random() < share) negatives += 1
  return aCount(mentions, negatives)
}

function fed(buckets: number, shareOf: (hour: number) => number, seed: number): ShareBaseline {
  const random = seeded(seed)
  const baseline = createShareBaseline()
  for (let i = 0; i < buckets; i += 1) {
    baseline.close(start + i, drawn(10, shareOf(Math.floor((start + i) / 12)), random), true)
  }
  return baseline
}

function aQuestion(
  overrides: { sample?: ShareSample; windowBuckets?: WindowBuckets } & Partial<
    ShareQuestion['forecast']
  > = {},
): ShareQuestion {
  const { sample = emptySample, windowBuckets = 12, ...forecast } = overrides
  const usual = { expected: 0.2, sigma: 0.05, days: 14, phase: 'full', ratePerHour: 20 } as const
  return { sample, windowBuckets, thresholds, forecast: { ...usual, ...forecast } }
}
