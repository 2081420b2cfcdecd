import type { Item } from '../connector.ts'
import { namingOf } from './naming.ts'
import type { Random } from './random.ts'
import type { SimulatedBrand } from './simulated-brand.ts'
import type { SimulatedItem } from './simulated-item.ts'
import { type Language, renderTemplate } from './templates.ts'

/** A post of the brand's own account. */
export function ownPost(
  brand: SimulatedBrand,
  id: string,
  at: number,
  template: string,
  random: Random,
): SimulatedItem {
  const language: Language = brand.language
  const text = renderTemplate(template, language, namingOf(brand, language), random)
    .map((piece) => piece.text)
    .join('')
  const item: Item = {
    id,
    kind: 'post',
    author: { id: `sim-${brand.id}`, followers: 40_000, verified: true },
    text,
    language,
    createdAt: at,
    operation: 'upsert',
    visibility: 'public',
    own: true,
    simulated: true,
  }
  return { at, brand: brand.id, tone: 'own', negative: false, item }
}
