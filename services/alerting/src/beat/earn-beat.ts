import { partitionCount } from '@nabiz/shared/contracts'
import type { Store } from '@nabiz/shared/store'
import { hour, minute, second } from '@nabiz/shared/time'

/** A partition whose time is older than this is not being watched, ms. */
export const partitionTimeLimitMs = minute
/** The probe pages hourly; a page older than this means that one did not get through, ms. */
export const probeLimitMs = 2 * hour
/** A fresh installation's first probe has this long to get through, ms. */
export const graceMs = 5 * minute

const probeKey = 'alerting/probe-paged-at'
const installedKey = 'alerting/installed-at'

/** Remembers that a page of the probe brand reached the recording channel. `now`: alerting's clock, ms. */
export async function rememberProbePage(store: Store, now: number): Promise<void> {
  await store.set(probeKey, encodeTime(now))
}

/** Notes when alerting first ran on this store; later calls change nothing. */
export async function rememberInstallation(store: Store, now: number): Promise<void> {
  await store.compareAndSet(installedKey, undefined, encodeTime(now))
}

/** Why no beat may be sent now; empty: it is earned. Rejects when the store cannot be reached. */
export async function beatFaults(store: Store, now: number): Promise<string[]> {
  const faults: string[] = []
  const scoring = store.partitions('scoring')
  const partitions = Array.from({ length: partitionCount }, (_, partition) => partition)
  const manifests = await Promise.all(partitions.map((partition) => scoring.manifest(partition)))
  const old = partitions.filter(
    (partition) => now - (manifests[partition]?.partitionTime ?? 0) >= partitionTimeLimitMs,
  )
  if (old.length > 0) {
    const oldest = Math.min(...old.map((partition) => manifests[partition]?.partitionTime ?? 0))
    const age = oldest === 0 ? 'never had one' : `${Math.round((now - oldest) / second)} s at worst`
    faults.push(`time of ${old.length} partitions is older than 60 s (${age})`)
  }
  // Time never goes back, so after a clock that ran ahead nothing is watched until the clocks have caught up.
  const ahead = Math.max(...manifests.map((manifest) => (manifest?.partitionTime ?? 0) - now))
  if (ahead >= partitionTimeLimitMs) {
    const count = manifests.filter(
      (manifest) => (manifest?.partitionTime ?? 0) - now >= partitionTimeLimitMs,
    ).length
    const worst = Math.round(ahead / second)
    faults.push(
      `time of ${count} partitions is ahead of the clock (${worst} s at worst): it stands still until then`,
    )
  }
  const probedAt = decodeTime(await store.get(probeKey))
  const installedAt = decodeTime(await store.get(installedKey))
  if (probedAt === undefined) {
    if (installedAt === undefined || now - installedAt >= graceMs) faults.push('the probe brand never paged')
  } else if (probedAt - now >= partitionTimeLimitMs) {
    faults.push(
      `the probe brand's last page is dated ${Math.round((probedAt - now) / minute)} min ahead of the clock`,
    )
  } else if (now - probedAt >= probeLimitMs) {
    faults.push(`the probe brand's last page is ${Math.round((now - probedAt) / minute)} min old`)
  }
  return faults
}

function encodeTime(ms: number): Uint8Array {
  return new TextEncoder().encode(String(ms))
}

function decodeTime(bytes: Uint8Array | undefined): number | undefined {
  if (!bytes) return undefined
  const value = Number(new TextDecoder().decode(bytes))
  return Number.isFinite(value) ? value : undefined
}
