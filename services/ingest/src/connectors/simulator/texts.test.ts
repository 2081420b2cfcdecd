import { describe, expect, it } from 'vitest'
import { createRandom } from './random.ts'
import { stories } from './stories.ts'
import { type Language, renderTemplate } from './templates.ts'
import { englishTexts } from './texts-english.ts'
import { turkishTexts } from './texts-turkish.ts'

const naming = { names: ['Ad'], handles: ['@ad'], hashtags: ['#Ad'] } satisfies Parameters<
  typeof renderTemplate
>[2]

describe('the templates', () => {
  it('are at least 120, none twice', () => {
    const all = templates().map(([template]) => template)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(120)
  })

  it('all name the brand, in a slot that stands apart from other letters', () => {
    for (const [template] of templates()) {
      expect(template).toMatch(/\{(b|@|#)(:[a-z]+)?\}/)
      expect(template).not.toMatch(/[\p{L}\p{N}'@#]\{|\}[\p{L}\p{N}]/u)
    }
  })

  it('have slots and endings that exist', () => {
    for (const [template, language] of templates()) {
      const text = renderTemplate(template, language, naming, createRandom('slots', template))
        .map((piece) => piece.text)
        .join('')
      expect(text).not.toMatch(/[{}]/)
    }
  })

  it('refuse a slot nobody knows', () => {
    expect(() => renderTemplate('{b} {colour}', 'en', naming, createRandom('x'))).toThrow('no slot "colour"')
    expect(() => renderTemplate('{b:dan}', 'tr', naming, createRandom('x'))).toThrow('no Turkish case "dan"')
  })
})

function templates(): [string, Language][] {
  const all: [string, Language][] = []
  for (const [language, bank] of [
    ['tr', turkishTexts],
    ['en', englishTexts],
  ] as const) {
    for (const tones of Object.values(bank))
      for (const texts of Object.values(tones))
        all.push(...texts.map((text): [string, Language] => [text, language]))
    for (const story of Object.values(stories)) {
      const { negative, other } = story[language]
      all.push(...[...negative, ...other].map((text): [string, Language] => [text, language]))
    }
  }
  return all
}
