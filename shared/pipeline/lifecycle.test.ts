import { describe, expect, it } from 'vitest'
import { Lifecycle } from './lifecycle.ts'

describe('Lifecycle', () => {
  it('starts parts in order and stops them in reverse', async () => {
    const { part, told } = setup()
    const lifecycle = new Lifecycle([part('a'), part('b')])
    await lifecycle.start()
    await lifecycle.stop()
    expect(told).toEqual(['start a', 'start b', 'stop b', 'stop a'])
  })

  it('undoes a half start and throws what broke it', async () => {
    const { part, told } = setup()
    const broken = { ...part('b'), start: () => Promise.reject(new Error('no port')) }
    await expect(new Lifecycle([part('a'), broken, part('c')]).start()).rejects.toThrow('no port')
    expect(told).toEqual(['start a', 'stop a'])
  })

  it('stops every part even when one fails, and throws the first failure', async () => {
    const { part, told } = setup()
    const stubborn = { ...part('b'), stop: () => Promise.reject(new Error('stuck')) }
    const lifecycle = new Lifecycle([part('a'), stubborn, part('c')])
    await lifecycle.start()
    await expect(lifecycle.stop()).rejects.toThrow('stuck')
    expect(told.slice(-2)).toEqual(['stop c', 'stop a'])
  })
})

function setup() {
  const told: string[] = []
  const part = (name: string) => ({
    name,
    start: async () => void told.push(`start ${name}`),
    stop: async () => void told.push(`stop ${name}`),
  })
  return { part, told }
}
