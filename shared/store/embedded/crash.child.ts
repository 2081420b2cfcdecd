import { systemClock } from '../../time/index.ts'
import type { Manifest } from '../store.ts'
import { openEmbeddedStore } from './embedded-store.ts'

// Commits state 1, 2, 3, … of a partition and a key beside it, says each number once it is acknowledged, until killed.
const store = await openEmbeddedStore({ folder: process.argv[2] ?? '', clock: systemClock })
const states = store.partitions('scoring')
let base = await states.manifest(0)
for (;;) {
  const offset = (base?.offset ?? 0) + 1
  const next: Manifest = {
    topicId: 'topic-1',
    epoch: 0,
    offset,
    partitionTime: 0,
    stateVersion: 1,
    build: 'test',
    model: '',
    writer: String(process.pid),
    writtenAt: 0,
  }
  // Large and small values, and a name that comes and goes.
  const puts = new Map([
    ['large', new Uint8Array(1_200_000).fill(offset)],
    ['small', new Uint8Array(10).fill(offset)],
    [`name-${offset}`, new Uint8Array(1).fill(offset)],
  ])
  const [committed] = await Promise.all([
    states.commit({ partition: 0, base, next, puts, deletes: [`name-${offset - 1}`] }),
    store.setMany([
      { key: 'a', value: Buffer.from(String(offset)) },
      { key: 'b', value: Buffer.from(String(offset)) },
    ]),
  ])
  if (!committed) throw new Error(`commit ${offset} was refused`)
  base = next
  process.stdout.write(`${offset}\n`)
}
