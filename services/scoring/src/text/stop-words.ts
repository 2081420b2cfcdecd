import { fold } from './normalise.ts'

/** Turkish function words, unfolded. */
const turkish = `
  ve bir bu da de için çok ama ne ki mi mı mu mü ile gibi daha var yok en her ben sen o biz siz onlar bana sana ona bize size
  beni seni onu bizi sizi benim senin onun bizim sizin onların şu şey şeyi şeyler böyle şöyle öyle nasıl neden niye niçin kim kime
  kimse hiç hep hepsi bütün tüm bazı biraz kadar göre sonra önce şimdi artık hala henüz zaten sadece bile değil ya yada veya hem
  ise eğer çünkü fakat ancak lakin yani işte bari keşke olan olarak oldu olur olsun olmuş oluyor olacak olduğu etti eden eder ediyor
  etmek yapan yapıyor bunu buna bunun bunlar şunu onlara burada orada nerede hangi kaç diye dedi diyor
  bi mıyım misin mısın musunuz misiniz mısınız vardı varsa yoksa üzere karşı doğru rağmen beri dolayı falan filan tabi tabii evet
  hayır peki lütfen sayın abi abla bey hanım gün bugün dün yarın aynı başka diğer kendi kendini kendine hiçbir birşey herkes
  bişey sanki belki galiba gerçekten aslında neyse ayrıca özellikle hakkında tarafından yerine gel git et ol yap`

/** English function words. */
const english = `
  the and to of a in is it you that for on are with as was be this have from at or had by not but what all were we when your can
  there an which she he do their if will up about out who get them then so some her would make like him into has more no my
  than been its now down did come may me our i'm i am just don't dont how why they his us im ive youre your you're it's thats that's
  after any because before being both could does doing don during each few further here hers herself himself itself most
  myself nor off once only other ours over own same should such these those through too under until very where while whom
  won't can't cant isn't isnt wasn't wasnt doesn't doesnt didn't didnt couldn't couldnt yes please going got one going go u ur
  today tomorrow yesterday still also even ever every never much many again back let see say said`

/** English words that a Turkish text without diacritics often holds in another sense, so they prove nothing. */
const shared = new Set([
  'an',
  'on',
  'in',
  'as',
  'at',
  'is',
  'it',
  'bin',
  'o',
  'a',
  'i',
  'de',
  'da',
  'en',
  'ne',
  'me',
  'he',
  'bile',
  'her',
  'had',
  'ben',
  'sen',
  'u',
  'ya',
  'hem',
  'an',
  'var',
  'biz',
  'son',
  'go',
  'don',
])

function foldedSet(words: string): Set<string> {
  return new Set(
    words
      .trim()
      .split(/\s+/)
      .map((word) => fold(word).replace("'", '')),
  )
}

/** Folded function words by language. */
export const stopWords: Readonly<Record<'tr' | 'en', ReadonlySet<string>>> = {
  tr: foldedSet(turkish),
  en: foldedSet(english),
}

/** Folded words that count as evidence for one language alone. */
export const tellingWords: Readonly<Record<'tr' | 'en', ReadonlySet<string>>> = {
  tr: new Set([...stopWords.tr].filter((word) => !stopWords.en.has(word) && !shared.has(word))),
  en: new Set([...stopWords.en].filter((word) => !stopWords.tr.has(word) && !shared.has(word))),
}
