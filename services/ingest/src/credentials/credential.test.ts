import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { day, hour, ManualClock, minute, second } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createMemoryKeptValues } from '../adapters/memory-kept-values.ts'
import {
  type CredentialOptions,
  type CredentialSpec,
  createCredential,
  credentialKey,
  type RenewBeside,
} from './credential.ts'
import { createSeal } from './seal.ts'

describe('a credential', () => {
  it('is renewed in time by one of several replicas, and the others take the new one', async () => {
    const { credential, clock, renewals } = setup()
    const [one, two] = [credential('one'), credential('two')]
    expect(await tokens(one, two)).toEqual(['first', 'first'])
    clock.advance(hour - 4 * minute)
    const both = tokens(one, two)
    await moved(clock, 3)
    expect(await both).toEqual(['renewed-1', 'renewed-1'])
    expect(renewals()).toBe(1)
  })

  it('is kept over a restart, sealed, and forgotten when the config gives another', async () => {
    const { credential, clock, store } = setup()
    clock.advance(hour - minute)
    await tokens(credential('one'))
    expect(await tokens(credential('one'))).toEqual(['renewed-1'])
    const kept = Buffer.from((await store.get(credentialKey('test', 'main', 'token'))) ?? []).toString()
    expect(kept).not.toMatch(/first|renewed|refresh/)
    expect(await tokens(credential('one', { configured: { token: new Secret('another') } }))).toEqual([
      'another',
    ])
  })

  it('is used while it is good although renewing fails, and is the reason why the platform is blind after its end', async () => {
    const { credential, clock } = setup()
    const failing = credential('one', {
      renew: () => Promise.reject(new DependencyError('platform_auth', 'revoked', { retryable: false })),
    })
    clock.advance(hour - minute)
    expect(await tokens(failing)).toEqual(['first'])
    clock.advance(2 * minute)
    await expect(failing.token()).rejects.toMatchObject({ code: 'platform_auth', message: 'revoked' })
  })

  it('is not asked to be renewed at every call when that fails or brings no later end, and tells the fault once', async () => {
    const { credential, clock, faults } = setup()
    let tries = 0
    const renew = async () => {
      tries += 1
      if (tries < 3) throw new DependencyError('http_network', 'away', { retryable: true })
      return { token: new Secret('same end'), expiresAt: clock.now() + minute }
    }
    const one = credential('one', { renew })
    clock.advance(hour - 4 * minute)
    await tokens(one)
    await tokens(one)
    expect([tries, faults()]).toEqual([1, 1])
    clock.advance(minute)
    await tokens(one)
    await tokens(one)
    expect([tries, faults()]).toEqual([2, 1])
    clock.advance(minute)
    await tokens(one)
    expect([await tokens(one), tries]).toEqual([['same end'], 3])
  })

  it('is not written over by a replica that starts while another renews it', async () => {
    const { credential, clock } = setup()
    clock.advance(hour - minute)
    const inspected = async () => {
      await tokens(credential('one'))
      return clock.now() + hour
    }
    const configured = { token: new Secret('first'), refreshToken: new Secret('refresh-0') }
    expect(await tokens(credential('two', { configured, inspect: inspected }))).toEqual(['renewed-1'])
    expect(await tokens(credential('three'))).toEqual(['renewed-1'])
  })

  it('is renewed once for a token that the platform refused (SC-5)', async () => {
    const { credential, renewals } = setup()
    const one = credential('one')
    const first = await one.token()
    expect(await one.refused(first)).toBe(true)
    expect(await one.refused(first)).toBe(true)
    expect([await tokens(one), renewals()]).toEqual([['renewed-1'], 1])
  })

  it('warns of an end that nobody can put off, once a day', async () => {
    const { credential, clock, endings } = setup()
    const spec = { configured: { token: new Secret('fixed'), expiresAt: clock.now() + 9 * day } }
    const one = credential('one', spec, false)
    await one.token()
    expect(endings()).toBe(0)
    clock.advance(3 * day)
    await one.token()
    clock.advance(hour)
    await one.token()
    expect(endings()).toBe(1)
    clock.advance(day)
    await one.token()
    expect(endings()).toBe(2)
    clock.advance(9 * day)
    await expect(one.token()).rejects.toMatchObject({ code: 'platform_auth' })
  })

  it('is renewed by a command beside the service when it has ended, in the store of the service alone', async () => {
    const { credential, clock, renewals, place } = setup()
    const beside = (renewBeside?: RenewBeside) =>
      credential('command', {}, true, {
        mayRenew: false,
        store: createMemoryKeptValues(),
        ...(renewBeside ? { renewBeside } : {}),
      })
    const writing: RenewBeside = (renew) => renew(place)
    clock.advance(hour - minute)
    expect(await tokens(beside(writing))).toEqual(['first'])
    clock.advance(2 * minute)
    await expect(beside().token()).rejects.toMatchObject({ code: 'platform_auth' })
    await expect(beside(() => Promise.resolve(undefined)).token()).rejects.toMatchObject({
      code: 'platform_auth',
    })
    expect(renewals()).toBe(0)
    expect(await tokens(beside(writing))).toEqual(['renewed-1'])
    expect(await tokens(credential('one'))).toEqual(['renewed-1'])
    expect(renewals()).toBe(1)
  })
})

describe('a seal', () => {
  it('opens only what it closed, under the same name', () => {
    const seal = createSeal(new Secret('key'))
    const closed = seal.close('a', 'ş token')
    expect(seal.open('a', closed)).toBe('ş token')
    expect(seal.open('b', closed)).toBeUndefined()
    expect(createSeal(new Secret('other')).open('a', closed)).toBeUndefined()
    expect(seal.open('a', `${closed.slice(0, -4)}AAA=`)).toBeUndefined()
    expect(seal.open('a', 'short')).toBeUndefined()
  })
})

function setup() {
  const clock = new ManualClock(Date.UTC(2026, 10, 2))
  const store = createMemoryKeptValues()
  const place = { store, seal: createSeal(new Secret('key of the tests')) }
  let renewals = 0
  let endings = 0
  let faults = 0
  const configured = {
    token: new Secret('first'),
    refreshToken: new Secret('refresh-0'),
    expiresAt: clock.now() + hour,
  }
  return {
    clock,
    store,
    renewals: () => renewals,
    endings: () => endings,
    faults: () => faults,
    place,
    credential(
      holder: string,
      spec: Partial<CredentialSpec> = {},
      canRenew = true,
      given: Partial<CredentialOptions> = {},
    ) {
      const renew: CredentialSpec['renew'] = async () => {
        renewals += 1
        const number = renewals
        await new Promise((resolve) => setTimeout(resolve, 10))
        return { token: new Secret(`renewed-${number}`), expiresAt: clock.now() + hour }
      }
      return createCredential(
        { name: 'token', configured, ...(canRenew ? { renew } : {}), ...spec },
        {
          ...place,
          clock,
          platform: 'test',
          account: 'main',
          holder,
          mayRenew: true,
          onExpiry: () => undefined,
          onEnding: () => {
            endings += 1
          },
          onRenewed: () => undefined,
          onNotRenewed: () => {
            faults += 1
          },
          ...given,
        },
      )
    },
  }
}

async function tokens(...credentials: { token(): Promise<Secret> }[]): Promise<string[]> {
  return (await Promise.all(credentials.map((one) => one.token()))).map((token) => token.reveal())
}

/** Moves time on second by second, letting what waits for it happen. */
async function moved(clock: ManualClock, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    clock.advance(1 * second)
  }
}
