import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BrandNames } from './brand-names.ts'
import { createLexiconEngine } from './lexicon-engine.ts'
import { createTowardsBrand } from './towards-brand.ts'

const engine = createLexiconEngine()
const judge = createTowardsBrand(engine)

describe('createTowardsBrand', () => {
  it.each([
    ['Velmora berbat, neyse ki Lorvex var', 'negative', 'neutral'],
    ['Velmora is terrible but Lorvex is wonderful', 'negative', 'positive'],
    ['velmora çöp ama lorvex harika', 'negative', 'positive'],
    ["Lorvex'in hizmeti güzel, Velmora'nınki berbat", 'negative', 'positive'],
    ['@velmora is awful. @lorvex is lovely.', 'negative', 'positive'],
    ['Lorvex is so much better than Velmora', 'negative', 'positive'],
    ["Lorvex Velmora'dan daha iyi", 'negative', 'positive'],
    ['Velmoradan daha kötü Lorvex', 'positive', 'negative'],
  ])('judges "%s" by what it says of each', (text, velmora, lorvex) => {
    expect(judge(text, undefined, aBrand('Velmora', 'Lorvex')).label).toBe(velmora)
    expect(judge(text, undefined, aBrand('Lorvex', 'Velmora')).label).toBe(lorvex)
  })

  it('takes a name that nobody listed for a competitor where a word sets the two against each other', () => {
    const brand = aBrand('Velmora')
    expect(judge('Dün Lorvex berbattı, oysa Velmora harika', 'tr', brand).label).toBe('positive')
    expect(judge('The food at Lorvex is awful, whereas Velmora is wonderful', 'en', brand).label).toBe(
      'positive',
    )
  })

  it('takes praise of another alone for the loss of a customer', () => {
    const brand = aBrand('Velmora', 'Lorvex')
    expect(judge('@velmora not today. Lorvex was wonderful.', 'en', brand).label).toBe('negative')
  })

  it('leaves what is said to the brand itself, whoever is named beside', () => {
    const text = '@velmora your staff was awful, unlike you @lorvex'
    expect(judge(text, 'en', aBrand('Velmora', 'Lorvex'))).toEqual(engine.score(text, 'en'))
  })

  it.each([
    ['no brand', 'Velmora berbat, Lorvex harika', undefined],
    ['a text that does not name the brand', 'Lorvex harika ama kargo berbat', aBrand('Velmora', 'Lorvex')],
    ['a text that names nobody else', 'Velmora berbat ama kahvesi harika', aBrand('Velmora', 'Lorvex')],
    [
      'a name inside another word',
      'Velmoration is awful but fun, Lorvexian or not',
      aBrand('Velmora', 'Lorvex'),
    ],
    ['capitals without a contrast', 'Velmora Kadıköy şubesi berbat, Beşiktaş iyi', aBrand('Velmora')],
  ])('judges as a whole: %s', (_what, text, brand) => {
    expect(judge(text, 'tr', brand)).toEqual(engine.score(text, 'tr'))
  })

  it('finds names of several words, hashtags and endings, in any case and without Turkish letters', () => {
    const brand: BrandNames = {
      names: ['Çınar Çiçek'],
      aliases: [],
      handles: ['@cinar'],
      hashtags: ['#CinarCicek'],
      competitors: ['Lorvex'],
    }
    for (const text of [
      "CINAR CICEK'TEN memnunum ama Lorvex berbat",
      'cinar cicekten memnunum ama lorvex berbat',
      '#cinarcicekharika ama lorvex berbat',
      '@cinar harika ama lorvex berbat',
    ]) {
      expect([text, judge(text, 'tr', brand).label]).toEqual([text, 'positive'])
    }
  })

  it('judges any text of any brand, the same each time', () => {
    const part = fc.constantFrom(
      'Velmora',
      "Lorvex'ten",
      ' ama ',
      ', ',
      ' than ',
      '@velmora',
      '#lorvex',
      ' daha ',
      'kötü',
    )
    const text = fc.array(fc.oneof(part, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 12 })
    fc.assert(
      fc.property(text, fc.string({ unit: 'binary', maxLength: 5 }), (parts, name) => {
        const brand = { ...aBrand('Velmora', 'Lorvex'), aliases: [name], handles: [name], hashtags: [name] }
        const found = judge(parts.join(''), undefined, brand)
        expect(judge(parts.join(''), undefined, brand)).toEqual(found)
        expect(found.score >= -1 && found.score <= 1).toBe(true)
      }),
    )
  })
})

function aBrand(name: string, competitor?: string): BrandNames {
  const handles = [name.toLowerCase()]
  const competitors = competitor === undefined ? undefined : [competitor, `@${competitor.toLowerCase()}`]
  return { names: [name], aliases: [], handles, hashtags: [], competitors }
}
