import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLanguageIdentifier, primarySubtag } from './language.ts'
import { createTokenizer } from './tokenize.ts'

const identify = setup()

describe('createLanguageIdentifier', () => {
  it('knows short Turkish by its letters and function words', () => {
    expect(identify('Kargom hâlâ gelmedi, bu nasıl iş')).toBe('tr')
    expect(identify('Memnun değilim')).toBe('tr')
  })

  it('knows Turkish written without its letters', () => {
    expect(identify('bu nasil hizmet ya cok kotu gercekten')).toBe('tr')
  })

  it('knows short English by its function words', () => {
    expect(identify('why is the app down again')).toBe('en')
  })

  it('follows the platform where the text does not contradict', () => {
    expect(identify('super', 'de')).toBe('de')
    expect(identify('ok', 'tr-TR')).toBe('tr')
  })

  it('overrules a hint the text clearly contradicts', () => {
    expect(identify('Siparişim bir haftadır gelmedi, kimse bana cevap vermiyor', 'en')).toBe('tr')
    expect(identify('I have been on hold with them for two hours and this is what they say', 'tr')).toBe('en')
    expect(identify('bu çok kötü bir şey ama değil mi', 'az')).toBe('tr')
  })

  it('overrules a hint where a smaller lead and the detector agree', () => {
    expect(identify('sipariş verdim yarın elimde olur', 'en')).toBe('tr')
    expect(identify('love my new phone', 'tr')).toBe('en')
  })

  it('overrules a hint of Turkish or English on a text that is plainly in a third language', () => {
    expect(identify('Der Kundendienst antwortet seit Wochen nicht auf meine Nachrichten', 'tr')).toBe('de')
  })

  it('tells Azeri from Turkish by its own letter', () => {
    expect(identify('bağlamam hələ də gəlməyib')).toBe('az')
    expect(identify('bağlamam hələ də gəlməyib', 'tr')).toBe('az')
  })

  it('takes two or three words for Turkish, English or unknown alone', () => {
    expect(identify('siparişim gecikmiş')).toBe('tr')
    expect(identify('delayed again')).toBe('en')
    expect(identify('leider kaputt angekommen')).toBe('und')
  })

  it('believes the detector on a third language only where it is sure, else takes Turkish or English if nearly as likely', () => {
    // eld's first guesses are Catalan and Norwegian
    expect(identify('ariza kaydi actim donen olmadi')).toBe('tr')
    expect(identify('subede sira var gene')).toBe('und')
  })

  it('takes the special codes of platforms for no hint at all', () => {
    expect(identify('Kargom hâlâ gelmedi, bu nasıl iş', 'und')).toBe('tr')
    expect(identify('zxqv', 'qme')).toBe('und')
  })

  it('asks the detector about a longer text in another language', () => {
    expect(
      identify('Der Kundendienst ist wirklich schlecht und niemand antwortet auf meine Nachrichten'),
    ).toBe('de')
    expect(identify('Обслуживание ужасное, никто не отвечает на мои сообщения')).toBe('ru')
  })

  it('knows a script that one language writes', () => {
    expect(identify('サービスがひどい')).toBe('ja')
    expect(identify('서비스가 나빠요')).toBe('ko')
  })

  it('leaves a text without words unknown', () => {
    expect(identify('😡😡 !!! @zirve https://ornek.example')).toBe('und')
    expect(identify('')).toBe('und')
  })

  it('answers the same for the same text whatever was asked before', () => {
    const used = setup()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(used(text)).toBe(setup()(text))
      }),
      { numRuns: 50 },
    )
  })
})

describe('primarySubtag', () => {
  it('reads the language of a tag, renames retired codes and refuses what is no tag', () => {
    expect(primarySubtag('pt-BR')).toBe('pt')
    expect(primarySubtag('in')).toBe('id')
    expect(primarySubtag('')).toBeUndefined()
    expect(primarySubtag('english')).toBeUndefined()
  })
})

function setup() {
  const tokenize = createTokenizer()
  const identifyLanguage = createLanguageIdentifier()
  return (text: string, hint?: string) => identifyLanguage(tokenize(text), hint)
}
