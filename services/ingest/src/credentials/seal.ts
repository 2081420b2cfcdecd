import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'

const nonceBytes = 12
const tagBytes = 16

/** Encrypts what must not be readable in the store: AES-256-GCM, bound to the name it is kept under. */
export interface Seal {
  close(name: string, text: string): string
  /** Undefined when it was sealed with another key or under another name, or was changed. */
  open(name: string, sealed: string): string | undefined
}

/** The key's text may have any length; its SHA-256 is the cipher's key. */
export function createSeal(key: Secret): Seal {
  const bytes = createHash('sha256').update(key.reveal()).digest()
  return {
    close(name, text) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(name, 'utf8'))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
    },
    open(name, sealed) {
      const all = Buffer.from(sealed, 'base64')
      if (all.length < nonceBytes + tagBytes) return undefined
      const decipher = createDecipheriv('aes-256-gcm', bytes, all.subarray(0, nonceBytes))
        .setAAD(Buffer.from(name, 'utf8'))
        .setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes))
      try {
        const body = all.subarray(nonceBytes + tagBytes)
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
