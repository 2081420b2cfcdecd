import { crc32 } from 'node:zlib'

/**
 * Names of the keys. What must change together stands under one hash tag (the part in braces), so that a cluster keeps it
 * on one node: a bucket of values, everything of a partition.
 */
export interface Keys {
  value(key: string): string
  /** Bucket of a value's key: what one script may touch in a cluster. */
  bucket(key: string): string
  /** SCAN pattern of the values whose keys begin with a text. */
  valuesLike(prefix: string): string
  /** The key a value stands under; undefined for a name that is none of a value. */
  keyOf(name: string): string | undefined
  lease(name: string): string
  timers(queue: string): string
  partition(stage: string, partition: number): PartitionKeys
  /** Written and removed at open, to see whether that is allowed. */
  probe: string
}

export interface PartitionKeys {
  /** Hash: under the empty name the manifest, under each value's name where its pieces are. */
  state: string
  /** Hash of commits under way: how many of their pieces are not written yet. */
  pending: string
  /** Begins the name of every piece. */
  pieces: string
}

const buckets = 256

export function createKeys(prefix: string): Keys {
  const bucket = (key: string) => (crc32(key) % buckets).toString(16).padStart(2, '0')
  const head = `${prefix}:v:{`
  return {
    bucket,
    value: (key) => `${head}${bucket(key)}}:${key}`,
    valuesLike: (start) => `${head}??}:${start.replace(/[\\*?[\]]/g, '\\$&')}*`,
    keyOf: (name) => (name.startsWith(head) ? name.slice(head.length + 4) : undefined),
    lease: (name) => `${prefix}:l:${name}`,
    timers: (queue) => `${prefix}:t:${queue}`,
    partition(stage, partition) {
      // Encoded, so that a brace in a stage's name neither ends the tag nor makes two names one.
      const tagged = `${prefix}:s:{${encodeURIComponent(stage)}/${partition}}:`
      return { state: `${tagged}s`, pending: `${tagged}w`, pieces: `${tagged}d:` }
    },
    probe: `${prefix}:probe`,
  }
}
