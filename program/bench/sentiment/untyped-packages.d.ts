/** What the bench uses of packages that bring no types. */
declare module 'vader-sentiment' {
  const vader: {
    SentimentIntensityAnalyzer: { polarity_scores(text: string): { compound: number } }
  }
  export = vader
}
declare module 'wink-sentiment' {
  function winkSentiment(text: string): { score: number }
  export = winkSentiment
}
declare module '@nlpjs/core' {
  export interface Container {
    use(plugin: unknown): void
  }
  export function containerBootstrap(): Promise<Container>
}
declare module '@nlpjs/sentiment' {
  import type { Container } from '@nlpjs/core'
  export class SentimentAnalyzer {
    constructor(settings: { container: Container })
    process(input: {
      locale: string
      text: string
    }): Promise<{ sentiment: { vote: 'negative' | 'neutral' | 'positive' } }>
  }
}
declare module '@nlpjs/lang-en' {
  export const LangEn: unknown
}
declare module '@nlpjs/lang-tr' {
  export const LangTr: unknown
}
