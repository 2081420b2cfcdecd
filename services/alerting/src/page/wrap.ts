/** Columns a text takes on a terminal: emoji and East Asian wide letters take two. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += wide.test(segment) ? 2 : 1
  return columns
}

/**
 * Breaks a line at spaces so that no piece is wider than `columns`; a word that is wider is broken inside, except a URL,
 * which stays whole (and sticks out) so that it can be followed and copied.
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((part) => pieces(part, columns))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && columnsOf(longer) > columns) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

function pieces(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns || /^https?:\/\//u.test(word)) return [word]
  const result: string[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && columnsOf(piece + segment) > columns) {
      result.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...result, piece]
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** Wide by Unicode's East Asian Width, in the ranges terminals agree on, or shown as an emoji. */
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
