import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import { isSame } from '../shared/signatures.ts'

/** Random bytes before the length of the message. */
const saltBytes = 16
const headBytes = saltBytes + 4
/** PKCS#7 with blocks of 32, not AES's own 16: padding is 1 to 32 bytes. */
const blockBytes = 32

/** WeChat's signature: SHA-1 over the sorted parts, the token being one of them. */
export function wechatSignature(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex')
}

/** What is inside a sealed message; undefined when no key opens it or it was made for another account. */
export function openSealed(sealed: string, keys: readonly Secret[], appId: string): Uint8Array | undefined {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length === 0 || bytes.length % 16 !== 0) return undefined
  for (const key of keys) {
    const message = openWith(key, bytes, appId)
    if (message) return message
  }
  return undefined
}

function openWith(key: Secret, bytes: Buffer, appId: string): Uint8Array | undefined {
  const aes = aesKey(key)
  const decipher = createDecipheriv('aes-256-cbc', aes, aes.subarray(0, 16)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(bytes), decipher.final()])
  const padding = plain.at(-1) ?? 0
  if (padding < 1 || padding > blockBytes || padding > plain.length - headBytes) return undefined
  const content = plain.subarray(0, plain.length - padding)
  const end = headBytes + content.readUInt32BE(saltBytes)
  if (end > content.length || !isSame(content.subarray(end), appId)) return undefined
  return content.subarray(headBytes, end)
}

/** Seals a message as WeChat does; for a reply, and for tests. */
export function sealMessage(
  message: Uint8Array,
  key: Secret,
  appId: string,
  salt = randomBytes(saltBytes),
): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const content = Buffer.concat([salt, length, message, Buffer.from(appId, 'utf8')])
  const padding = blockBytes - (content.length % blockBytes)
  const aes = aesKey(key)
  const cipher = createCipheriv('aes-256-cbc', aes, aes.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([content, Buffer.alloc(padding, padding)])
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64')
}

/** 43 characters of base64 whose last one carries stray bits. */
function aesKey(key: Secret): Buffer {
  return Buffer.from(`${key.reveal()}=`, 'base64')
}
