import type { Item } from '../connector.ts'

/** What a platform takes back: no text, and the time at which it did where it says so. Public unless said otherwise. */
export function deletion(taken: Pick<Item, 'id' | 'kind' | 'own'> & Partial<Item>): Item {
  return { text: '', createdAt: undefined, operation: 'delete', visibility: 'public', ...taken }
}
