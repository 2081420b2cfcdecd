import { dayWindowMinutes } from '@nabiz/shared/contracts'
import type { Counter, Figure, Headline, Messages, ProjectionWords } from './messages.ts'

const counters = {
  likes: 'beğeni',
  shares: 'paylaşılma',
  comments: 'yorum',
  views: 'görüntülenme',
  followers: 'takipçi',
} as const

/**
 * What a page says in Turkish. No suffix ever follows a name or a figure: its vowels would have to agree with how the
 * name or figure is spoken, which nobody can know of a brand.
 */
export const tr: Messages = {
  kinds: {
    page: 'UYARI',
    escalation: 'ÜST KADEMEYE UYARI',
    update: 'GÜNCELLEME',
    resolved: 'KAPANDI',
    missed: 'KAÇAN UYARI',
  },
  labels: {
    simulated: 'SİMÜLASYON',
    drill: 'TATBİKAT',
    probe: 'SINAMA',
    maybeRepeat: 'TEKRAR OLABİLİR',
    missed: 'SİSTEM KAPALIYKEN KAÇTI',
  },
  facts: {
    actual: 'Gerçekleşen',
    expected: 'Beklenen',
    severity: 'Şiddet',
    since: 'Başlangıç',
    lasted: 'Süre',
    confidence: 'Güven',
    signals: 'Göstergeler',
    platforms: 'Platformlar',
    terms: 'Sözcükler',
    languages: 'Diller',
    authors: 'Yazanlar',
    repeats: 'Tekrar',
    secondOpinion: 'İkinci görüş',
    coverage: 'Kapsam',
    projection: 'Böyle sürerse',
    event: 'Takvim',
    late: 'Not',
    runbook: 'İlk yapılacak',
    reference: 'Künye',
  },
  signals: {
    volume: 'paylaşım sayısı',
    negative: 'olumsuz paylaşım sayısı',
    negativity: 'olumsuz paylaşımların payı',
    authors: 'yazan kişi sayısı',
    reach: 'olumsuz paylaşımların erişimi',
    engagement: 'beğeni, paylaşılma ya da görüntülenme',
  },
  headlines: {
    volume: (headline) => risen(headline, 'paylaşım'),
    negative: (headline) => risen(headline, 'olumsuz paylaşım'),
    negativity: ({ brand, actual, expected, past }) =>
      `${brand} hakkındaki paylaşımlarda olumsuzların payı en az ${actual.text}${past ? ' oldu' : ''}; beklenen ${expected.text}`,
    authors(headline) {
      const { brand, actual, times, past } = headline
      const verb = past ? 'yazdı' : 'yazıyor'
      return times === undefined
        ? `${brand} hakkında ${within(headline)} ${actual.text} kişi ${verb}${expectation(headline)}`
        : `${brand} hakkında beklenenin ${times} katı kişi ${verb}`
    },
    reach(headline) {
      const { brand, actual, times, past } = headline
      const verb = past ? 'ulaştı' : 'ulaşıyor'
      return times === undefined
        ? `${brand} hakkındaki olumsuz paylaşımlar ${within(headline)} ${actual.text} takipçiye ${verb}${expectation(headline)}`
        : `${brand} hakkındaki olumsuz paylaşımlar beklenenin ${times} katı takipçiye ${verb}`
    },
    engagement(headline) {
      const { brand, actual, times, past, counter } = headline
      const verb = past ? 'oldu' : 'var'
      return times === undefined
        ? `${brand} için ${onPlatform(counter)}${within(headline)} ${actual.text} yeni ${counted(counter)} ${verb}${expectation(headline)}`
        : `${brand} için ${onPlatform(counter)}beklenenin ${times} katı yeni ${counted(counter)} ${verb}`
    },
  },
  fallen: {
    volume: (headline) =>
      `${headline.brand} hakkındaki paylaşımlar azaldı: ${within(headline)} ${headline.actual.text}${expectation(headline)}`,
    authors: (headline) =>
      `${headline.brand} hakkında yazanlar azaldı: ${within(headline)} ${headline.actual.text} kişi${expectation(headline)}`,
  },
  titles: {
    page: (headline) => headline,
    escalation: (headline) => `Henüz yanıt yok: ${headline}`,
    update: (headline) => `Güncelleme: ${headline}`,
    missed: (headline) => headline,
  },
  recovered: (brand, signal) =>
    signal === 'engagement'
      ? `Sona erdi: ${brand} için beğeni, paylaşılma ve görüntülenme normale döndü`
      : `Sona erdi: ${brand} hakkındaki paylaşımlar normale döndü`,
  closed: (brand) => `Kapatıldı: ${brand} olayı`,
  actual: {
    volume: (actual, minutes) => `${during(minutes)} ${actual.text} paylaşım`,
    negative: (actual, minutes) => `${during(minutes)} ${actual.text} olumsuz paylaşım`,
    negativity: (actual, minutes) =>
      `${withinLast(minutes)} paylaşımlarda olumsuzların payı en az ${actual.text}`,
    authors: (actual, minutes) => `${during(minutes)} ${actual.text} kişi yazdı`,
    reach: (actual, minutes) => `olumsuz paylaşımlar ${during(minutes)} ${actual.text} takipçiye ulaştı`,
    engagement: (actual, minutes, counter) =>
      `${onPlatform(counter)}${during(minutes)} ${actual.text} yeni ${counted(counter)}`,
  },
  expected: (expected, boundary) =>
    boundary === undefined ? expected.text : `${expected.text}; uyarı sınırı ${boundary}`,
  expectedFall: (expected, boundary) =>
    boundary === undefined ? expected.text : `${expected.text}; uyarı sınırı en çok ${boundary}`,
  severity: (severity, peak) =>
    `${severity}${peak === severity ? '' : `, en yüksek ${peak}`} (uyarı sınırı 1,0)`,
  since: (moment, duration) => (duration === undefined ? moment : `${moment}, ${duration} önce`),
  lasted: (from, to, duration) =>
    duration === undefined ? `${from} – ${to}` : `${duration}, ${from} – ${to}`,
  confidence: {
    high: {
      complete: 'yüksek (karşılaştırılan geçmiş tam, bütün platformlar görüldü)',
      gaps: 'yüksek (ancak bazı platformlar her an görülemedi)',
    },
    medium: {
      complete: 'orta (karşılaştırılan geçmiş henüz kısa)',
      gaps: 'orta (bazı platformlar her an görülemedi)',
    },
    low: {
      complete: 'düşük (marka yeni izleniyor, karşılaştıracak geçmiş çok az)',
      gaps: 'düşük (önemli bir bölüm görülemedi)',
    },
  },
  authors: (distinct, mentions, topShare) =>
    `${distinct.text} kişi ${mentions.text} paylaşım yaptı${busiest(topShare)}`,
  fewAuthors: (distinct, mentions, topShare) =>
    `az: yalnızca ${distinct.text} kişi ${mentions.text} paylaşım yaptı${busiest(topShare)}`,
  repeats: (mentions, of) =>
    `son bir saatte ${of.text} paylaşım yapıldı, ${mentions.text} tanesi aynı metni yineliyor`,
  secondOpinion: ({ engine, mentions, theirs, ours }) =>
    `${engine} ${mentions.text} paylaşım okudu: olumsuzların payı ${theirs.share} (${theirs.low} ile ${theirs.high} arası); aynı paylaşımlarda bizim ölçümüz ${ours.share} (${ours.low} ile ${ours.high} arası)`,
  seenFully: 'bütün platformlar her an görüldü',
  seenPartly: (platform, share, reason) => `${platform}: sürenin ${share} kadarı görüldü${because(reason)}`,
  notSeen: (platform, reason) => `${platform}: hiç görülmedi${because(reason)}`,
  projection: ({ severity, clock, earliest, latest, doubling }) =>
    `saat ${clock} civarında şiddet ${severity}${between(earliest, latest)}${doubles(doubling)}`,
  event: (name, factor) => `${name}; uyarı sınırı her zamankinin ${factor} katı`,
  late: 'geç gelen paylaşımlarda bulundu',
  reference: (incident, thresholds, engine) => `olay ${incident}, eşikler ${thresholds}, duygu ${engine}`,
  samples: 'Yazılanlardan örnekler',
  privateMessage: '[özel mesaj]',
  noText: '[metin artık yok]',
  noBreakdown: 'bilinmiyor',
  acknowledge: 'Üstlen',
  openMention: (host) => `${host} sitesinde aç`,
}

function risen(headline: Headline, noun: string): string {
  const { brand, actual, times, past, minutes } = headline
  const ofDay = minutes.value === dayWindowMinutes ? `${during(minutes)} ` : ''
  const verb = past ? 'yapıldı' : 'var'
  return times === undefined
    ? `${brand} hakkında ${within(headline)} ${actual.text} ${noun} ${verb}${expectation(headline)}`
    : `${brand} hakkında ${ofDay}beklenenin ${times} katı ${noun} ${verb}`
}

function counted(counter: Counter | undefined): string {
  return counter ? counters[counter.name] : 'beğeni, paylaşılma ya da görüntülenme'
}

/** The platform and what follows it, or nothing. */
function onPlatform(counter: Counter | undefined): string {
  return counter ? `${counter.platform} üzerinde ` : ''
}

function within({ minutes }: Headline): string {
  return during(minutes)
}

/** The window of a day ends with the last whole hour. */
function during(minutes: Figure): string {
  return minutes.value === dayWindowMinutes ? 'son 24 saatte' : `${minutes.text} dakikada`
}

function withinLast(minutes: Figure): string {
  return minutes.value === dayWindowMinutes ? 'son 24 saatteki' : `son ${minutes.text} dakikadaki`
}

function expectation({ expected }: Headline): string {
  return expected.value < 0.5 ? '; neredeyse hiç beklenmiyordu' : `; beklenen ${expected.text}`
}

function busiest(topShare: string | undefined): string {
  return topShare === undefined ? '' : `; birinin payı ${topShare}`
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${reason})`
}

function between(earliest: string | undefined, latest: string | undefined): string {
  if (earliest === undefined) return ''
  return latest === undefined ? ` (en erken ${earliest})` : ` (${earliest} ile ${latest} arası)`
}

function doubles(doubling: ProjectionWords['doubling']): string {
  if (doubling === undefined) return ''
  const { minutes, from, to } = doubling
  return `; beklenenin üstü ${minutes.text} dakikada bir ikiye katlanıyor (${from}–${to} dakika)`
}
