import type { StoryTexts } from './templates.ts'

export const storyNames = [
  'flights-cancelled',
  'baggage-lost',
  'spoiled-food',
  'double-charge',
  'network-down',
  'data-leak',
] as const
export type StoryName = (typeof storyNames)[number]

/** What people say in each crisis: the angry, and the others who report, ask or defend. */
export const stories: Record<StoryName, StoryTexts> = {
  'flights-cancelled': {
    tr: {
      negative: [
        '{b} bütün {city} uçuşlarını iptal etti, havaalanında rezil olduk {bad} {tag}',
        '{n} saattir {city} kapısındayız, {b:den} tek bir yetkili yok!!! rezalet',
        '{@} uçuş iptal, otel yok, su yok, yaşlılar yerde yatıyor. Utanın {bad}',
        'Düğüne yetişemiyorum {b} yüzünden, paramı da geri vermiyorlar {tag}',
        '{b} iptal mesajını kalkıştan {min} dakika önce attı, bu nasıl sorumsuzluk',
        'Bir daha {b:le} uçarsam ne olayım, perişan ettiniz bizi {bad}',
        '{flight} sefer iptal, banko kapalı, telefon açan yok. Berbatsınız {@} {tag}',
      ],
      other: [
        '{b} uçuşları neden iptal, bilen var mı? {tag}',
        '{city} havaalanında {b} önünde uzun kuyruk var, haberiniz olsun',
        '{b} açıklama yapmış, bilet değişikliği ücretsizmiş {#}',
      ],
    },
    en: {
      negative: [
        '{b} cancelled every flight to {city}, total chaos at the airport {bad} {tag}',
        '{n} hours at the gate and nobody from {b} here. Disgrace',
        '{@} no hotel, no water, old people on the floor. Shame on you {bad}',
        'missing a wedding because of {b} and no refund either, horrible {tag}',
        'Never flying {b} again, worst airline ever {bad}',
      ],
      other: ['why are all the {b} flights cancelled? {tag}', '{b} says rebooking is free today {#}'],
    },
  },
  'baggage-lost': {
    tr: {
      negative: [
        '{b} bütün uçağın bavulunu {city} yolunda kaybetmiş, inanılır gibi değil {bad} {tag}',
        'Bavulum yok, ilacım içinde, {b} "bekleyin" diyor. Vicdansızlık',
        '{@} {n} gündür valizim kayıp, telefonda müzik dinletiyorsunuz {bad}',
        'Havaalanında yüzlerce {b} bavulu üst üste atılmış, tam bir skandal {tag}',
        '{b:in} bagaj takip sayfası bile çökmüş, rezil bir hizmet',
        'Tatilim bitti bavulum gelmedi, {b:den} nefret ediyorum {bad}',
        '{b} valizimi açmışlar, içinden eşyalarım çalınmış!!! {tag}',
      ],
      other: [
        '{b} yolcuları bavullar için nereye başvuruyor?',
        '{@} kayıp bagaj formu hangi sayfada acaba {tag}',
      ],
    },
    en: {
      negative: [
        '{b} lost the bags of the whole plane to {city}, unbelievable {bad} {tag}',
        'my medicine is in that bag and {b} says wait. Heartless',
        '{@} {n} days without my luggage, awful service {bad}',
        'hundreds of {b} suitcases dumped in a hall, a scandal {tag}',
        'someone opened my bag and stole my things, disgusting {b}',
      ],
      other: ['where do {b} passengers report lost bags?', '{@} is there a form for missing luggage? {tag}'],
    },
  },
  'spoiled-food': {
    tr: {
      negative: [
        '{b:den} söylediğim {dish} bozuk çıktı, bütün aile hastanelik olduk {bad} {tag}',
        'Arkadaşlar {b:den} yemek söylemeyin!!! {n} kişi zehirlendik',
        '{@} kokmuş et göndermişsiniz, mide bulandırıcı, şikayetçi olacağım {bad}',
        '{dish} içinden böcek çıktı, {b} hâlâ kupon teklif ediyor. Rezillik {tag}',
        'Çocuğum {b} siparişinden zehirlendi, acildeyiz. Yazıklar olsun {bad}',
        '{b} depolarında yemekler dışarıda bekliyormuş, iğrenç {tag}',
        'Son kullanma tarihi geçmiş ürün göndermek nedir {@}, utanmaz mısınız',
      ],
      other: [
        '{b:le} ilgili zehirlenme haberleri doğru mu? {tag}',
        '{b} bugün bazı restoranları kapatmış, açıklama bekleniyor',
        'Ben de dün {b:den} {dish} söylemiştim, bende bir şey olmadı {#}',
      ],
    },
    en: {
      negative: [
        'the {dish} from {b} was rotten, whole family is sick {bad} {tag}',
        'do NOT order from {b}, {n} of us got food poisoning',
        '{@} you sent spoiled meat, disgusting, I will report you {bad}',
        'found a bug in my {dish} and {b} offers a voucher. Gross {tag}',
        'my kid is in hospital after a {b} order, shame {bad}',
      ],
      other: [
        'is the {b} food poisoning story true? {tag}',
        'ordered {dish} on {b} yesterday, was fine for me {#}',
      ],
    },
  },
  'double-charge': {
    tr: {
      negative: [
        '{b} kartımdan aynı siparişi {n} kere çekmiş, hırsızlık bu {bad} {tag}',
        'Hesabım eksiye düştü {b} yüzünden, paramı geri verin!!!',
        '{@} çift çekim yapıp telefonu açmıyorsunuz, dolandırıcılık {bad}',
        '{b} iade için {n} hafta diyor, faizini kim ödeyecek? Rezalet {tag}',
        'Uygulamaya kart kaydetmeyin, {b} izinsiz para çekiyor {bad}',
        'Kiramı ödeyemiyorum, {b} maaşımı çekmiş resmen. Mağdurum {tag}',
        '{b:den} bir açıklama bile yok, tam bir felaket',
      ],
      other: ['{b} çift çekim yapmış, sizde de var mı? {tag}', '{@} iadeler ne zaman yatacak acaba?'],
    },
    en: {
      negative: [
        '{b} charged my card {n} times for one order, this is theft {bad} {tag}',
        'my account is overdrawn because of {b}, give my money back!!!',
        '{@} charging twice and not answering the phone, what a scam {bad}',
        '{b} says {n} weeks for a refund. Outrageous {tag}',
        'remove your card from {b}, they take money without asking, awful',
      ],
      other: ['anyone else charged twice by {b}? {tag}', '{@} when will the refunds arrive?'],
    },
  },
  'network-down': {
    tr: {
      negative: [
        '{b} çöktü, {min} dakikadır ne telefon ne internet var {bad} {tag}',
        'Acil bir durum var kimseyi arayamıyorum, {b} rezaletsiniz!!!',
        '{@} bütün {city} çekmiyor, açıklama yapın artık {bad}',
        'İşim durdu {b} yüzünden, zararımı kim karşılayacak {tag}',
        '{b} yine gitti, faturayı almayı biliyorsunuz ama. Berbat',
        '{n} saattir şebeke yok, {b:den} nefret ettim {bad}',
        'Kart ödemesi bile geçmiyor, {b} hattı ölü. Felaket {tag}',
      ],
      other: [
        '{b} sizde de gitti mi? {tag}',
        '{b} arıza kaydı açmış, ekipler çalışıyormuş {#}',
        '{city} tarafında {b} yeniden çekmeye başladı',
      ],
    },
    en: {
      negative: [
        '{b} is down, no calls and no data for {min} minutes {bad} {tag}',
        'there is an emergency and I cannot call anyone, {b} you are a disgrace!!!',
        '{@} all of {city} without signal, say something {bad}',
        'lost a day of work because of {b}, who pays for that? Terrible {tag}',
        '{b} down again but they never forget the bill. Useless',
        '{n} hours without network, I hate {b} {bad}',
        'card machine dead because {b} failed, what a disaster {tag}',
      ],
      other: [
        'is {b} down for anyone else? {tag}',
        '{b} status page says engineers are on it {#}',
        '{b} is back in {city}',
      ],
    },
  },
  'data-leak': {
    tr: {
      negative: [
        '{b} bütün müşteri bilgilerini çaldırmış, adresim kimliğim ortada {bad} {tag}',
        'Kimlik numaram internette satılıyor, sağ ol {b}. Skandal!!!',
        '{@} verilerimiz sızmış ve siz {n} haftadır susuyorsunuz, utanç verici {bad}',
        '{b:e} dava açıyorum, bu ihmal affedilmez {tag}',
        'Dolandırıcılar adımla arıyor, {b} sızıntısı yüzünden korkuyorum {bad}',
        '{b:den} hattımı taşıyorum, güvenilmez bir şirket',
        'Şifreleri düz metin saklamışlar, {b} rezil {tag}',
      ],
      other: ['{b} veri sızıntısı doğrulandı mı? {tag}', '{b} şifre değiştirin diye mesaj atmış {#}'],
    },
    en: {
      negative: [
        '{b} leaked all customer data, my address is out there {bad} {tag}',
        'my id number is for sale online, thanks {b}. Scandal!!!',
        '{@} you hid a data breach for {n} weeks, shameful {bad}',
        'I am suing {b}, this negligence is unforgivable {tag}',
        'scammers call me by name since the {b} leak, scared and angry {bad}',
        'leaving {b}, nobody can trust them, awful company',
        'they stored passwords in plain text, {b} is pathetic {tag}',
      ],
      other: ['has the {b} data leak been confirmed? {tag}', '{b} texted me to change my password {#}'],
    },
  },
}

/** Hashtags that spread with a story. */
export const storyTags: Record<StoryName, Record<'tr' | 'en', string>> = {
  'flights-cancelled': { tr: '#UçuşİptalRezaleti', en: '#StrandedAtTheGate' },
  'baggage-lost': { tr: '#BavulumNerede', en: '#WhereIsMyBag' },
  'spoiled-food': { tr: '#BozukYemek', en: '#RottenOrder' },
  'double-charge': { tr: '#ParamıGeriVer', en: '#GiveMyMoneyBack' },
  'network-down': { tr: '#HatlarÖldü', en: '#NoSignalDay' },
  'data-leak': { tr: '#VerilerimNerede', en: '#LeakedAgain' },
}
