import type { Item } from '../connector.ts'
import type { Tone } from './templates.ts'

/** An item of the simulation with what it was made to be. */
export interface SimulatedItem {
  /** When it reaches us, ms: its createdAt, or the time of an edit or delete. */
  at: number
  brand: string
  tone: Tone | 'crisis' | 'own'
  /** Written to be negative. */
  negative: boolean
  item: Item
}
