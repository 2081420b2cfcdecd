import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'

describe('HTML as text', () => {
  it.each([
    ['<p>a</p><p>b<br>c</p>', 'a\n\nb\nc'],
    ['<h1>Kuzey</h1><script>x</script><style>y</style>z', 'Kuzey\n\nz'],
    ['&amp;lt; &#39;ı&#39;', "&lt; 'ı'"],
    ['<a href="https://x.example"><span class="invisible">https://</span>x.example</a>', 'https://x.example'],
    ['a < b', 'a < b'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(htmlText(html)).toBe(text)
  })

  it('is bounded whatever is nested', () => {
    expect(htmlText(`${'<div>'.repeat(20_000)}x`).length).toBeLessThan(10)
  })
})
