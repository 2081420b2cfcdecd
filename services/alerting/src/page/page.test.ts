import type { SecondOpinion, WindowEvaluation } from '@nabiz/shared/contracts'
import { describe, expect, it } from 'vitest'
import { aNotice, aTransition, someEvidence, startedAt } from '../../tests/fakes/notice.ts'
import { factNames } from './messages.ts'
import { renderPage } from './page.ts'
import { pageLines } from './text.ts'

describe('renderPage', () => {
  it('tells the whole story in English', () => {
    expect(pageLines(renderPage(inLanguage('en')))).toEqual([
      'Negative mentions of Kuzey Air are at 14 times the expected level',
      '',
      'Actual: 182 negative mentions in 15 minutes',
      'Expected: 13; a page is sent from 83',
      'Severity: 2.4 (a page is sent from 1.0)',
      'Since: 26 July 2026 14:32 (GMT+3), for 12 minutes',
      'How sure: high (the history to compare with is complete and every platform was seen)',
      'Signals: number of negative mentions, number of mentions',
      'Platforms: Telegram 62%, Webhook 38%',
      'Terms: “iptal” 41%, “bagaj” 22%',
      'Languages: Turkish 92%, English 8%',
      'Authors: 121 people wrote 182 mentions',
      'Coverage: every platform was seen all the time',
      'If it grows on: severity 4.8 at about 14:56 (between 14:51 and 15:05); what is above the expected doubles every 12 minutes (8.5 to 20)',
      'Do first: https://runbooks.example/kuzey-air',
      'Reference: incident 9d41c7e0a2b85f36, thresholds 1f0c9a7be210, sentiment lexicon-1',
      '',
      'What people write:',
      '  • Telegram: “Uçuş üçüncü kez iptal, kimse bilgi vermiyor 😡”',
      '    https://t.me/kuzeyyolcu/81',
      '  • Telegram: [private message]',
      '  • Webhook: [text not available]',
      '',
      'Acknowledge: https://nabiz.example/incidents/9d41c7e0a2b85f36/ack?token=ack-token-of-one-person',
    ])
  })

  it('tells the whole story in Turkish', () => {
    expect(pageLines(renderPage(inLanguage('tr')))).toEqual([
      'Kuzey Air hakkında beklenenin 14 katı olumsuz paylaşım var',
      '',
      'Gerçekleşen: 15 dakikada 182 olumsuz paylaşım',
      'Beklenen: 13; uyarı sınırı 83',
      'Şiddet: 2,4 (uyarı sınırı 1,0)',
      'Başlangıç: 26 Temmuz 2026 14:32 (GMT+3), 12 dakika önce',
      'Güven: yüksek (karşılaştırılan geçmiş tam, bütün platformlar görüldü)',
      'Göstergeler: olumsuz paylaşım sayısı, paylaşım sayısı',
      'Platformlar: Telegram %62, Webhook %38',
      'Sözcükler: “iptal” %41, “bagaj” %22',
      'Diller: Türkçe %92, İngilizce %8',
      'Yazanlar: 121 kişi 182 paylaşım yaptı',
      'Kapsam: bütün platformlar her an görüldü',
      'Böyle sürerse: saat 14:56 civarında şiddet 4,8 (14:51 ile 15:05 arası); beklenenin üstü 12 dakikada bir ikiye katlanıyor (8,5–20 dakika)',
      'İlk yapılacak: https://runbooks.example/kuzey-air',
      'Künye: olay 9d41c7e0a2b85f36, eşikler 1f0c9a7be210, duygu lexicon-1',
      '',
      'Yazılanlardan örnekler:',
      '  • Telegram: “Uçuş üçüncü kez iptal, kimse bilgi vermiyor 😡”',
      '    https://t.me/kuzeyyolcu/81',
      '  • Telegram: [özel mesaj]',
      '  • Webhook: [metin artık yok]',
      '',
      'Üstlen: https://nabiz.example/incidents/9d41c7e0a2b85f36/ack?token=ack-token-of-one-person',
    ])
  })

  it.each([
    [
      'en',
      'Negative mentions of Kuzey Air are at 1.8 times the expected level in the last 24 hours',
      '400 negative mentions in the last 24 hours',
    ],
    [
      'tr',
      'Kuzey Air hakkında son 24 saatte beklenenin 1,8 katı olumsuz paylaşım var',
      'son 24 saatte 400 olumsuz paylaşım',
    ],
  ] as const)('in %s says of a whole day: %s', (language, title, actual) => {
    const window = aWindow({ minutes: 1_440, value: 400, expected: 222 })
    const page = renderPage(inLanguage(language, { leading: aTransition({ signal: 'negative', window }) }))
    expect(page.title).toBe(title)
    expect(page.facts.find((fact) => fact.name === 'actual')?.value).toBe(actual)
  })

  it.each([
    [
      'en',
      'volume',
      'Mentions of Kuzey Air have fallen: 3 in 60 minutes, against 40 expected',
      '40; a page is sent at 12 or fewer',
    ],
    [
      'en',
      'authors',
      'Fewer people write about Kuzey Air: 3 in 60 minutes, against 40 expected',
      '40; a page is sent at 12 or fewer',
    ],
    [
      'tr',
      'volume',
      'Kuzey Air hakkındaki paylaşımlar azaldı: 60 dakikada 3; beklenen 40',
      '40; uyarı sınırı en çok 12',
    ],
    [
      'tr',
      'authors',
      'Kuzey Air hakkında yazanlar azaldı: 60 dakikada 3 kişi; beklenen 40',
      '40; uyarı sınırı en çok 12',
    ],
  ] as const)('in %s says of a fall of %s: %s', (language, signal, title, expected) => {
    const window = aWindow({ minutes: 60, value: 3, expected: 40, boundary: 12.4, direction: 'fall' })
    const page = renderPage(inLanguage(language, { leading: aTransition({ signal, window }) }))
    expect(page.title).toBe(title)
    expect(page.facts.find((fact) => fact.name === 'expected')?.value).toBe(expected)
  })

  it.each([
    ['en', 'volume', 'Mentions of Kuzey Air are at 14 times the expected level'],
    ['en', 'negativity', 'At least 62% of mentions of Kuzey Air are negative, against 12% expected'],
    ['en', 'authors', 'The number of people writing about Kuzey Air is at 14 times the expected level'],
    ['en', 'reach', 'The reach of negative mentions of Kuzey Air is 14 times the expected level'],
    ['tr', 'volume', 'Kuzey Air hakkında beklenenin 14 katı paylaşım var'],
    ['tr', 'negativity', 'Kuzey Air hakkındaki paylaşımlarda olumsuzların payı en az %62; beklenen %12'],
    ['tr', 'authors', 'Kuzey Air hakkında beklenenin 14 katı kişi yazıyor'],
    ['tr', 'reach', 'Kuzey Air hakkındaki olumsuz paylaşımlar beklenenin 14 katı takipçiye ulaşıyor'],
  ] as const)('in %s says of %s: %s', (language, signal, title) => {
    const window =
      signal === 'negativity'
        ? aWindow({ value: 0.62, expected: 0.12 })
        : aWindow({ value: 182, expected: 13 })
    expect(renderPage(inLanguage(language, { leading: aTransition({ signal, window }) })).title).toBe(title)
  })

  it.each([
    [
      'en',
      13,
      'New likes of Kuzey Air on Facebook are at 14 times the expected level',
      '182 new likes on Facebook in 15 minutes',
    ],
    [
      'en',
      0,
      '182 new likes of Kuzey Air on Facebook in 15 minutes, where almost none are expected',
      '182 new likes on Facebook in 15 minutes',
    ],
    [
      'tr',
      13,
      'Kuzey Air için Facebook üzerinde beklenenin 14 katı yeni beğeni var',
      'Facebook üzerinde 15 dakikada 182 yeni beğeni',
    ],
    [
      'tr',
      0,
      'Kuzey Air için Facebook üzerinde 15 dakikada 182 yeni beğeni var; neredeyse hiç beklenmiyordu',
      'Facebook üzerinde 15 dakikada 182 yeni beğeni',
    ],
  ] as const)(
    'in %s names the counter of engagement where %d were expected: %s',
    (language, expected, title, actual) => {
      const counter = { platform: 'facebook', name: 'likes' } as const
      const window = { ...aWindow({ value: 182, expected }), counter }
      const page = renderPage(
        inLanguage(language, { leading: aTransition({ signal: 'engagement', window }) }),
      )
      expect(page.title).toBe(title)
      expect(page.facts.find((fact) => fact.name === 'actual')?.value).toBe(actual)
    },
  )

  it.each([
    ['en', 'Over: likes, shares and views of Kuzey Air are back to normal'],
    ['tr', 'Sona erdi: Kuzey Air için beğeni, paylaşılma ve görüntülenme normale döndü'],
  ] as const)('in %s says of engagement that is over: %s', (language, title) => {
    const leading = aTransition({ signal: 'engagement', transition: 'recovered' })
    expect(renderPage(inLanguage(language, { kind: 'resolved', leading })).title).toBe(title)
  })

  it.each([
    ['en', 0.1, '42 negative mentions of Kuzey Air in 15 minutes, where almost none are expected'],
    ['en', 40, '42 negative mentions of Kuzey Air in 15 minutes, against 40 expected'],
    ['tr', 0.1, 'Kuzey Air hakkında 15 dakikada 42 olumsuz paylaşım var; neredeyse hiç beklenmiyordu'],
    ['tr', 40, 'Kuzey Air hakkında 15 dakikada 42 olumsuz paylaşım var; beklenen 40'],
  ] as const)('in %s gives counts, not a ratio, where %d were expected', (language, expected, title) => {
    const leading = aTransition({ window: aWindow({ value: 42, expected }) })
    expect(renderPage(inLanguage(language, { leading })).title).toBe(title)
  })

  it.each([
    ['en', 'escalation', 'No answer yet: Negative mentions of Kuzey Air are at 14 times the expected level'],
    [
      'en',
      'missed',
      '[MISSED WHILE DOWN] Negative mentions of Kuzey Air reached 14 times the expected level',
    ],
    ['en', 'resolved', 'Closed: the incident about Kuzey Air'],
    ['tr', 'escalation', 'Henüz yanıt yok: Kuzey Air hakkında beklenenin 14 katı olumsuz paylaşım var'],
    [
      'tr',
      'missed',
      '[SİSTEM KAPALIYKEN KAÇTI] Kuzey Air hakkında beklenenin 14 katı olumsuz paylaşım yapıldı',
    ],
    ['tr', 'resolved', 'Kapatıldı: Kuzey Air olayı'],
  ] as const)('in %s names a notice of kind %s', (language, kind, subject) => {
    expect(renderPage(inLanguage(language, { kind })).subject).toBe(subject)
  })

  it('calls it back to normal only when the signal recovered', () => {
    const leading = aTransition({ transition: 'recovered' })
    const at = startedAt + 146 * 60_000
    const page = renderPage(
      inLanguage('tr', { kind: 'resolved', leading, at, severity: 0.3, peakSeverity: 3.1 }),
    )
    expect(page.title).toBe('Sona erdi: Kuzey Air hakkındaki paylaşımlar normale döndü')
    expect(page.facts.map((fact) => `${fact.label}: ${fact.value}`)).toEqual([
      'Şiddet: 0,3, en yüksek 3,1 (uyarı sınırı 1,0)',
      'Süre: 2 saat 14 dakika, 26 Temmuz 2026 14:44 (GMT+3) – 26 Temmuz 2026 16:58 (GMT+3)',
      'Göstergeler: olumsuz paylaşım sayısı, paylaşım sayısı',
      'Künye: olay 9d41c7e0a2b85f36, eşikler 1f0c9a7be210, duygu lexicon-1',
    ])
    expect(page.samples).toEqual([])
    expect(page.action).toBeUndefined()
  })

  it('puts every label that applies before the title', () => {
    const flags = { simulated: true, drill: true, probe: true, maybeRepeat: true }
    expect(renderPage(inLanguage('en', flags)).subject).toMatch(
      /^\[SIMULATED\] \[DRILL\] \[PROBE\] \[MAY BE A REPEAT\] Negative/,
    )
    expect(renderPage(inLanguage('tr', flags)).labels).toEqual([
      'SİMÜLASYON',
      'TATBİKAT',
      'SINAMA',
      'TEKRAR OLABİLİR',
    ])
  })

  it('warns of few authors, of blind platforms and of a short history', () => {
    const evidence = someEvidence({
      authors: { distinct: 3, mentions: 182, topShare: 0.71 },
      coverage: [
        { platform: 'telegram', observed: 0, reason: 'connection refused' },
        { platform: 'webhook', observed: 0.998 },
      ],
      confidence: 'low',
    })
    const page = renderPage(inLanguage('en', { leading: aTransition({ evidence }) }))
    expect(page.facts.filter((fact) => fact.warn).map((fact) => `${fact.label}: ${fact.value}`)).toEqual([
      'How sure: low (a large part was not seen)',
      'Authors: few: only 3 people wrote 182 mentions, one of them 71%',
      'Coverage: blind on Telegram (“connection refused”), Webhook was seen 99% of the time',
    ])
  })

  it('shows what another engine makes of it, in doubt where that finds clearly less, and nothing where it was not heard', () => {
    const opinionOf = (language: 'tr' | 'en', secondOpinion: SecondOpinion) => {
      const evidence = someEvidence({ secondOpinion })
      const { facts } = renderPage(inLanguage(language, { leading: aTransition({ evidence }) }))
      const found = facts.find(({ name }) => name === 'secondOpinion')
      return found && [found.label, found.value, found.warn]
    }
    const engine = 'http/berturk@3#1f0c'
    const ours = { share: 0.71, low: 0.58, high: 0.84 }
    const less = { engine, mentions: 64, theirs: { share: 0.31, low: 0.19, high: 0.43 }, ours }
    expect(opinionOf('en', less)).toEqual([
      'Second opinion',
      'http/berturk@3#1f0c read 64 mentions: 31% negative (19% to 43%); ours says 71% of the same (58% to 84%)',
      true,
    ])
    expect(opinionOf('tr', less)).toEqual([
      'İkinci görüş',
      'http/berturk@3#1f0c 64 paylaşım okudu: olumsuzların payı %31 (%19 ile %43 arası); aynı paylaşımlarda bizim ölçümüz %71 (%58 ile %84 arası)',
      true,
    ])
    expect(opinionOf('en', { ...less, theirs: { share: 0.6, low: 0.5, high: 0.7 } })?.[2]).toBe(false)
    expect(opinionOf('en', { engine, absent: 'timeout' })).toBeUndefined()
  })

  it('says that one text is said many times, and doubts a storm that is mostly one text', () => {
    const repeatsOf = (language: 'tr' | 'en', mentions: number) => {
      const evidence = someEvidence({ repeats: { mentions, of: 400 } })
      const { facts } = renderPage(inLanguage(language, { leading: aTransition({ evidence }) }))
      const found = facts.find(({ name }) => name === 'repeats')
      return found && [found.label, found.value, found.warn]
    }
    expect(repeatsOf('en', 312)).toEqual([
      'Repeats',
      '312 of 400 mentions of the last hour repeat one text',
      true,
    ])
    expect(repeatsOf('tr', 312)).toEqual([
      'Tekrar',
      'son bir saatte 400 paylaşım yapıldı, 312 tanesi aynı metni yineliyor',
      true,
    ])
    expect(repeatsOf('en', 100)?.[2]).toBe(false)
    expect(repeatsOf('en', 40)).toBeUndefined()
  })

  it('shows no text of a private message, whatever the notice holds', () => {
    expect(JSON.stringify(renderPage(aNotice()))).not.toContain('ameliyat')
  })

  it('cuts a sample at 280 graphemes', () => {
    const samples = [{ platform: 'telegram', text: '👩‍👩‍👧'.repeat(400), private: false }]
    const text = renderPage(inLanguage('en', { samples })).samples[0]?.text ?? ''
    expect([...new Intl.Segmenter().segment(text)]).toHaveLength(282)
    expect(text.endsWith('…”')).toBe(true)
  })

  it.each([
    [0.427, '12%; a page is sent from 43%'],
    [1, '12%; a page is sent from 100%'],
    [51, '12%'],
    [undefined, '12%'],
  ])(
    'names the share from which a page is sent, and none where none can be reached: %s',
    (share, expected) => {
      const { boundary: _count, ...measures } = aWindow({ value: 0.62, expected: 0.12 })
      const window = share === undefined ? measures : { ...measures, boundary: share }
      const page = renderPage(inLanguage('en', { leading: aTransition({ signal: 'negativity', window }) }))
      expect(page.facts.find((fact) => fact.name === 'expected')?.value).toBe(expected)
    },
  )

  it.each([
    ['tr', 'Kurban Bayramı; uyarı sınırı her zamankinin 1,3 katı'],
    ['en', 'Feast of sacrifice; a page is sent from 1.3 times the usual boundary'],
  ] as const)('says that a known day has widened the boundary, in %s', (language, expected) => {
    const event = { names: { tr: 'Kurban Bayramı', en: 'Feast of sacrifice' }, factor: 1.3 }
    const leading = aTransition({ evidence: someEvidence({ event }) })
    const { facts } = renderPage(inLanguage(language, { leading }))
    expect(facts.find((fact) => fact.name === 'event')?.value).toBe(expected)
  })

  it.each([
    ['tr', 'Kuzey Air (Telegram) hakkında beklenenin 14 katı olumsuz paylaşım var'],
    ['en', 'Negative mentions of Kuzey Air (Telegram) are at 14 times the expected level'],
  ] as const)('names the platform that a storm is confined to, in %s', (language, title) => {
    const leading = aTransition({ scope: 'telegram' })
    expect(renderPage(inLanguage(language, { leading })).title).toBe(title)
  })

  it('renders in UTC when the zone is unknown', () => {
    const brand = { ...aNotice().brand, timeZone: 'Mars/Olympus' }
    const since = renderPage(aNotice({ brand })).facts.find((fact) => fact.name === 'since')
    expect(since?.value).toBe('26 July 2026 11:32 (UTC), for 12 minutes')
  })

  it('shows facts in one order, each at most once', () => {
    const order = renderPage(aNotice()).facts.map((fact) => factNames.indexOf(fact.name))
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b))
  })
})

function inLanguage(language: 'tr' | 'en', overrides: Parameters<typeof aNotice>[0] = {}) {
  return aNotice({ brand: { ...aNotice().brand, language }, ...overrides })
}

function aWindow(overrides: Partial<WindowEvaluation> & { value: number; expected: number }) {
  return { minutes: 15 as const, sigma: 7.1, z: 23.8, boundary: 83, severity: 2.4, ...overrides }
}
