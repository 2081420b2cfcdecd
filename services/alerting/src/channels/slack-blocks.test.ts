import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aNotice } from '../../tests/fakes/notice.ts'
import { renderPage } from '../page/page.ts'
import { slackMessage } from './slack-blocks.ts'

describe('slackMessage', () => {
  it('never exceeds a limit nor cuts an entity, whatever the title', () => {
    const letters = fc.constantFrom('&', '<', '>', 'a', 'ş', '😡', '👩‍👩‍👧', ' ')
    fc.assert(
      fc.property(fc.string({ unit: letters, minLength: 100, maxLength: 400 }), (name) => {
        const page = renderPage(aNotice({ brand: { ...aNotice().brand, name } }))
        const header = slackMessage(page).blocks.find((block) => block.type === 'header')
        const text = (header?.text as { text: string } | undefined)?.text ?? ''
        expect(text).not.toBe('')
        expect(text.length).toBeLessThanOrEqual(150)
        expect(text).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)|\p{Cs}/u)
      }),
    )
  })

  it('splits more than ten facts over sections', () => {
    const sections = slackMessage(renderPage(aNotice())).blocks.filter((block) => block.fields !== undefined)
    expect(sections.map((section) => (section.fields as unknown[]).length)).toEqual([10, 3])
  })
})
