import { createHash } from 'node:crypto'
import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import type { Store } from '@nabiz/shared/store'
import { type Clock, day, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Seal } from './seal.ts'

const leaseMs = 60 * second
/** How long another replica's renewal is waited for. */
const patienceMs = 30 * second

/** A token as a platform grants it. */
export interface Grant {
  token: Secret
  /** What the next renewal needs, where the platform has such a thing; it may be good for one use. */
  refreshToken?: Secret
  /** ms since the epoch; undefined: it does not expire, or nobody knows. */
  expiresAt?: number
}

export interface CredentialSpec {
  /** A word for people and metrics: `token`. */
  name: string
  /** What the config gives. When that changes, what was kept is forgotten. */
  configured: Grant
  /** Asks the platform for a newer one. Throws DependencyError; platform_auth means that a person must act. */
  renew?(grant: Grant, signal: AbortSignal): Promise<Grant>
  /** Asks the platform when a configured token ends; called once for each. */
  inspect?(grant: Grant, signal: AbortSignal): Promise<number | undefined>
  /** Renewed this long before its end, ms. Default 5 minutes; days for tokens that last weeks. */
  renewBeforeMs?: number
  /** People are warned this long before its end, ms, where it has not been renewed by then. Default 7 days. */
  warnBeforeMs?: number
}

/** A token that is there when it is needed, renewed in time by one replica. */
export interface Credential {
  /** Throws DependencyError platform_auth when it has expired and cannot be renewed. */
  token(signal?: AbortSignal): Promise<Secret>
  /** The platform refused it: renews it once for this token; false when that is not possible or was done before. */
  refused(token: Secret, signal?: AbortSignal): Promise<boolean>
}

/** What stands in the store: the end in clear for metrics and commands, the grant sealed. */
export const keptCredential = z.object({
  /** Of the configured grant it came from. */
  origin: z.string(),
  expiresAt: z.number().optional(),
  sealed: z.string(),
})
const sealedGrant = z.object({ token: z.string(), refreshToken: z.string().optional() })

/** Where grants are kept, and what they are sealed with. */
export interface CredentialPlace {
  store: Pick<Store, 'get' | 'set' | 'compareAndSet' | 'acquireLease' | 'releaseLease'>
  seal: Seal
}

/** Renews where the service keeps its grants, so that a refresh token used up here is not lost to it; undefined: not now. */
export type RenewBeside = <T>(renew: (place: CredentialPlace) => Promise<T>) => Promise<T | undefined>

export interface CredentialOptions extends CredentialPlace {
  clock: Clock
  platform: string
  account: string
  /** Stable name of this replica. */
  holder: string
  /** False: what is kept is used and not written to (a command beside the service). */
  mayRenew: boolean
  /** How a command renews a token that has ended or is refused; absent: it does not. */
  renewBeside?: RenewBeside
  onExpiry(expiresAt: number | undefined): void
  /** It ends within the warning time, or has ended. */
  onEnding(expiresAt: number): void
  onRenewed(expiresAt: number | undefined): void
  /** Renewing failed while the token is still good; told once until it succeeds. */
  onNotRenewed(err: unknown): void
}

/** Key of a credential in the store. */
export function credentialKey(platform: string, account: string, name: string): string {
  return `credential/${platform}/${account}/${name}`
}

export function createCredential(spec: CredentialSpec, options: CredentialOptions): Credential {
  const { store, clock, seal, platform } = options
  const key = credentialKey(platform, options.account, spec.name)
  // A command leaves it to the service to renew in time.
  const renewBeforeMs = options.mayRenew ? (spec.renewBeforeMs ?? 5 * minute) : 0
  const warnBeforeMs = spec.warnBeforeMs ?? 7 * day
  const origin = fingerprint(spec.configured)
  let held: Grant | undefined
  // While the token is good there is time: not every call of the API asks for another.
  const tryAgainMs = Math.min(10 * minute, renewBeforeMs / 5)
  let triedAt = Number.NEGATIVE_INFINITY
  let isFaultTold = false
  let warnedAt = 0
  // The lease is this replica's: within it, whoever comes second waits for the first.
  let loading: Promise<Grant> | undefined
  let renewing: Promise<Grant | undefined> | undefined

  function load(signal: AbortSignal): Promise<Grant> {
    loading ??= loadOnce(signal).finally(() => {
      loading = undefined
    })
    return loading
  }

  function renew(known: Grant, signal: AbortSignal): Promise<Grant | undefined> {
    renewing ??= renewOnce(known, signal).finally(() => {
      renewing = undefined
    })
    return renewing
  }

  async function loadOnce(signal: AbortSignal): Promise<Grant> {
    let before = await store.get(key)
    let kept = open(before)
    if (kept) return kept
    const expiresAt = spec.configured.expiresAt ?? (await spec.inspect?.(spec.configured, signal))
    const grant = { ...spec.configured, ...(expiresAt === undefined ? {} : { expiresAt }) }
    if (!options.mayRenew) return grant
    // Another replica may have renewed it meanwhile, and what it used up for that is good for nothing.
    while (!(await store.compareAndSet(key, before, close(grant)))) {
      before = await store.get(key)
      kept = open(before)
      if (kept) return kept
    }
    return grant
  }

  async function readKept(place: CredentialPlace = options): Promise<Grant | undefined> {
    return open(await place.store.get(key), place.seal)
  }

  function open(value: Uint8Array | undefined, opener = seal): Grant | undefined {
    if (!value) return undefined
    const kept = keptCredential.safeParse(JSON.parse(Buffer.from(value).toString('utf8')))
    if (!kept.success || kept.data.origin !== origin) return undefined
    const opened = opener.open(key, kept.data.sealed)
    // Sealed with another key: what the config gives is all there is.
    if (opened === undefined) return undefined
    const { token, refreshToken } = sealedGrant.parse(JSON.parse(opened))
    return {
      token: new Secret(token),
      ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
      ...(kept.data.expiresAt === undefined ? {} : { expiresAt: kept.data.expiresAt }),
    }
  }

  function close({ token, refreshToken, expiresAt }: Grant, closer = seal): Uint8Array {
    const grant = { token: token.reveal(), ...(refreshToken ? { refreshToken: refreshToken.reveal() } : {}) }
    const sealed = closer.close(key, JSON.stringify(grant))
    const kept = { origin, sealed, ...(expiresAt === undefined ? {} : { expiresAt }) }
    return Buffer.from(JSON.stringify(kept), 'utf8')
  }

  async function renewOnce(known: Grant, signal: AbortSignal): Promise<Grant | undefined> {
    const { renew: ask } = spec
    if (!ask) return undefined
    const renewIn = (place: CredentialPlace) => renewLeased(ask, known, place, signal)
    return options.mayRenew ? renewIn(options) : options.renewBeside?.(renewIn)
  }

  /** Renews under a lease; another replica's renewal is waited for and taken. `known`: the token that is not good enough. */
  async function renewLeased(
    ask: NonNullable<CredentialSpec['renew']>,
    known: Grant,
    place: CredentialPlace,
    signal: AbortSignal,
  ): Promise<Grant | undefined> {
    const until = clock.now() + patienceMs
    while (!signal.aborted) {
      const lease = await place.store.acquireLease(key, options.holder, leaseMs)
      if (lease) {
        try {
          const kept = await readKept(place)
          if (kept && kept.token.reveal() !== known.token.reveal()) return kept
          const grant = await ask(kept ?? known, signal)
          await place.store.set(key, close(grant, place.seal))
          options.onRenewed(grant.expiresAt)
          return grant
        } finally {
          await place.store.releaseLease(lease)
        }
      }
      if (clock.now() >= until) return undefined
      await clock.sleep(1 * second, signal)
    }
    return undefined
  }

  function warn({ expiresAt }: Grant): void {
    options.onExpiry(expiresAt)
    if (expiresAt === undefined || expiresAt - clock.now() > warnBeforeMs || clock.now() - warnedAt < day)
      return
    // Short-lived tokens are renewed long before anybody could act.
    if (spec.renew && renewBeforeMs < warnBeforeMs && expiresAt - clock.now() > renewBeforeMs) return
    warnedAt = clock.now()
    options.onEnding(expiresAt)
  }

  return {
    async token(signal = new AbortController().signal) {
      held ??= await load(signal)
      const left = () => (held?.expiresAt ?? Number.POSITIVE_INFINITY) - clock.now()
      if (left() <= 0 || (left() <= renewBeforeMs && clock.now() - triedAt >= tryAgainMs)) {
        triedAt = clock.now()
        try {
          held = (await readKept()) ?? held
          if (left() <= renewBeforeMs) held = (await renew(held, signal)) ?? held
          isFaultTold = false
        } catch (err) {
          // A renewal that fails is no fault while the token is still good.
          if (left() <= 0) throw err
          if (!isFaultTold) options.onNotRenewed(err)
          isFaultTold = true
        }
      }
      warn(held)
      if (left() > 0) return held.token
      throw new DependencyError('platform_auth', `the ${spec.name} of ${platform} has expired`, {
        retryable: false,
      })
    },
    async refused(token, signal = new AbortController().signal) {
      if (held && held.token.reveal() !== token.reveal()) return true
      const renewed = await renew(held ?? { token }, signal)
      if (!renewed || renewed.token.reveal() === token.reveal()) return false
      held = renewed
      return true
    },
  }
}

/** Tells one configured grant from another without keeping it. */
function fingerprint({ token, refreshToken }: Grant): string {
  const text = `${token.reveal()}\0${refreshToken?.reveal() ?? ''}`
  return createHash('sha256').update(text).digest('base64url').slice(0, 16)
}
