import type { Item } from '../connector.ts'

/**
 * The hide of a thing that a list shows as hidden, without telling since when. It follows the thing itself, since what was
 * said counts although it is hidden now.
 */
export function hiddenInList(item: Item): Item {
  return { ...item, operation: 'hide', revision: 'listed' }
}

/** What a platform takes back: no text, and the time at which it did where it says so. Public unless said otherwise. */
export function deletion(taken: Pick<Item, 'id' | 'kind' | 'own'> & Partial<Item>): Item {
  return { text: '', createdAt: undefined, operation: 'delete', visibility: 'public', ...taken }
}
