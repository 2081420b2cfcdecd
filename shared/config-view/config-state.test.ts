import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConfigRecord } from '../contracts/index.ts'
import { canonicalJson, versionOf } from './canonical.ts'
import { ConfigState } from './config-state.ts'

describe('ConfigState', () => {
  it('puts a version in force when its pointer is read', () => {
    const state = new ConfigState()
    const version = feed(state, 0, aVersion(aPlan()))
    expect(version).toEqual([])
    const [change] = feed(state, 1, aPointer('plan', 'night', versionOf(aPlan())))
    expect(change?.active?.content).toMatchObject({ id: 'night', repeats: 2 })
    expect(state.plan('night')?.offset).toBe(1)
  })

  it('holds a pointer until its version is known', () => {
    const state = new ConfigState()
    feed(state, 5, aPointer('plan', 'night', versionOf(aPlan())))
    expect(state.plan('night')).toBeUndefined()
    expect(feed(state, 6, aVersion(aPlan()))).toHaveLength(1)
    expect(state.plan('night')?.offset).toBe(5)
  })

  it('removes an entry when its pointer is null', () => {
    const state = new ConfigState()
    feed(state, 0, aVersion(aPlan()))
    feed(state, 1, aPointer('plan', 'night', versionOf(aPlan())))
    feed(state, 2, aPointer('plan', 'night', null))
    expect(state.all()).toEqual([])
  })

  it('remembers what was removed and where, until it is back in force', () => {
    const state = new ConfigState()
    feed(state, 0, aVersion(aPlan()))
    feed(state, 1, aPointer('plan', 'night', versionOf(aPlan())))
    expect(state.removed('plan')).toEqual([])
    feed(state, 2, aPointer('plan', 'night', null))
    expect(state.removed('plan')).toEqual([{ kind: 'plan', id: 'night', offset: 2 }])
    expect(state.removed('brand')).toEqual([])
    feed(state, 3, aPointer('plan', 'night', versionOf(aPlan())))
    expect(state.removed('plan')).toEqual([])
  })

  it('keeps what is in force when a content is refused by its schema, and names the fault', () => {
    const state = new ConfigState()
    const broken = { id: 'night', steps: [] }
    feed(state, 0, aVersion(aPlan()))
    feed(state, 1, aPointer('plan', 'night', versionOf(aPlan())))
    feed(state, 2, { v: 1, type: 'version', kind: 'plan', id: 'night', version: 'x', content: broken })
    feed(state, 3, aPointer('plan', 'night', 'x'))
    expect(state.plan('night')?.version).toBe(versionOf(aPlan()))
    expect(state.faults().get('plan/night@x')).toMatch(/^steps/)
  })

  it('ignores an older pointer that is read again', () => {
    const state = new ConfigState()
    feed(state, 0, aVersion(aPlan()))
    feed(state, 4, aPointer('plan', 'night', versionOf(aPlan())))
    feed(state, 3, aPointer('plan', 'night', null))
    expect(state.plan('night')).toBeDefined()
  })
})

describe('versionOf', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const reversed = Object.fromEntries(Object.entries(content).reverse())
        expect(versionOf(reversed)).toBe(versionOf(content))
      }),
    )
  })

  it('is of JSON that says the same as the content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })
})

function aPlan() {
  return { id: 'night', steps: [{ channels: ['pager'] }] }
}

function aVersion(content: { id: string }): ConfigRecord {
  return { v: 1, type: 'version', kind: 'plan', id: content.id, version: versionOf(content), content }
}

function aPointer(kind: 'plan', id: string, version: string | null): ConfigRecord {
  return { v: 1, type: 'pointer', kind, id, version, by: 'test', at: 1 }
}

function feed(state: ConfigState, offset: number, record: ConfigRecord) {
  return state.apply('key', new TextEncoder().encode(JSON.stringify(record)), offset)
}
