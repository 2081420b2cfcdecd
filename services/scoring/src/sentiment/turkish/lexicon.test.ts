import { describe, expect, it } from 'vitest'
import { fold } from '../../text/normalise.ts'
import { homographs } from './homographs.ts'
import { turkishEntries, turkishTerms } from './lexicon.ts'

const entries = turkishEntries()
const terms = turkishTerms()

describe('turkishEntries', () => {
  it('holds at least 1,500 entries written by hand that judge something', () => {
    expect(entries.filter(({ valence }) => valence !== 0).length).toBeGreaterThanOrEqual(1_500)
  })

  it('holds no word twice, spelled with or without Turkish letters', () => {
    const spelled = entries.map(({ term, kind }) => `${kind === 'verb' ? 'verb' : 'word'} ${fold(term)}`)
    expect(spelled.filter((term, index) => spelled.indexOf(term) !== index)).toEqual([])
  })

  it('gives whole valences from -5 to 5', () => {
    expect(entries.filter(({ valence }) => !Number.isInteger(valence) || Math.abs(valence) > 5)).toEqual([])
  })

  it('is written in lower-case letters alone', () => {
    expect(entries.filter(({ term }) => !/^[a-zçğıöşü]+(?:[ |][a-zçğıöşü]+)*$/.test(term))).toEqual([])
  })
})

describe('turkishTerms', () => {
  it.each([
    ['rezaletin', -4],
    ['sorunlarımız', -2],
    ['dolandırıcılığı', -4],
    ['güzelliği', 3],
    ['beğendim', 3],
    ['beğenmedim', -3],
    ['çözülmüyor', -3],
    ['gelmedi', -2],
    ['gelemedik', -2],
    ['çalışmıyor', -2],
    ['ulaşamıyorum', -2],
    ['rezil ettiniz', -3],
    ['kaybetmeyin', 1],
    ['saygısızlık', -3],
  ])('knows the inflected form %s', (form, valence) => {
    expect(terms.get(fold(form))).toBe(valence)
  })

  it('gives a service verb no valence unless it is negated', () => {
    expect(terms.has('geldi')).toBe(false)
    expect(terms.has('calisiyor')).toBe(false)
  })

  it('does not take everyday words for forms of an entry', () => {
    const written = new Set(entries.map(({ term }) => fold(term)))
    const taken = homographs
      .trim()
      .split(/\s+/)
      .map(fold)
      .filter((word) => terms.has(word) && !written.has(word))
    expect(taken).toEqual([])
    expect(terms.has('cok')).toBe(false)
  })
})
