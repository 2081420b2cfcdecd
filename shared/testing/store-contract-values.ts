import type { Manifest } from '../store/index.ts'

/** Bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Text of bytes; undefined stays. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value)
}

/** `length` bytes without a short period. */
export function pattern(length: number, seed = 1): Uint8Array {
  const value = new Uint8Array(length)
  let x = seed
  for (let i = 0; i < length; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
    value[i] = x >>> 24
  }
  return value
}

/** A manifest of an invented build; only what matters is named. */
export function aManifest(overrides: Partial<Manifest> = {}): Manifest {
  return {
    topicId: 'topic-1',
    epoch: 0,
    offset: 0,
    partitionTime: 0,
    stateVersion: 1,
    build: 'test',
    model: 'model-1',
    writer: 'member-1',
    writtenAt: 0,
    ...overrides,
  }
}
