import { describe, expect, it } from 'vitest'
import { emoticonLength, skipUrl } from './scan.ts'

describe('emoticonLength', () => {
  it.each([':)', ';)', '=)', ':-)', ':]', ':D', ':P', '<3', 'xD', 'XD'])('takes %s for glad', (emoticon) => {
    expect(emoticonLength(emoticon, 0)).toBe(emoticon.length)
  })

  it.each([':(', ':-(', ":'(", '=(', ':/', ':|', ':['])('takes %s for sad', (emoticon) => {
    expect(emoticonLength(emoticon, 0)).toBe(-emoticon.length)
  })

  it.each([':', ':-', '://', ':Dal', 'xdrive', '<4', ': )', ''])('finds none in %j', (text) => {
    expect(emoticonLength(text, 0)).toBe(0)
  })
})

describe('skipUrl', () => {
  it('ends a URL at the first space', () => {
    expect(skipUrl('https://ornek.example/a?b son', 0, 29)).toBe(25)
  })

  it('leaves words that only look like the start of one', () => {
    for (const word of ['http', 'wwf.', 'piç', 'hata', 'https:/x'])
      expect(skipUrl(word, 0, word.length)).toBe(0)
  })
})
