/** A number of things in words: "1 incident", "2 incidents". */
export function countOf(number: number, one: string): string {
  return `${number.toLocaleString('en', { maximumFractionDigits: 4 })} ${one}${number === 1 ? '' : 's'}`
}
