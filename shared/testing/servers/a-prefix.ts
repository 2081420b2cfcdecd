import { randomBytes } from 'node:crypto'

/** Beginning of keys or topics that nobody else uses. */
export function aPrefix(): string {
  return `nabiz-test-${randomBytes(6).toString('hex')}`
}
