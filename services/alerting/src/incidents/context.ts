import type { PlanConfig } from '@nabiz/shared/contracts'

/** What alerting needs to know of a brand when something happens to it. */
export interface BrandSettings {
  id: string
  name: string
  language: 'tr' | 'en'
  timeZone: string
  runbook?: string
  plan: PlanConfig
  /** A breach within this time after the end joins the old incident, ms. */
  joinMs: number
  /** People are told again each time severity has grown by this factor. */
  escalateFactor: number
  probe: boolean
  simulated: boolean
}

/** What a change may depend on beside the state and the record. */
export interface ApplyContext {
  /** Alerting's clock, ms. */
  now: number
  settings(brand: string): BrandSettings
  /** True until the partition was read to its end as of the assignment: nothing new is told yet. */
  catchingUp: boolean
  /** The store lost what it had acknowledged: what is told now may have been told before. */
  mayRepeat: boolean
}

/** Why a record of `breaches` changed nothing. */
export const dropReasons = [
  'duplicate',
  'unknown_episode',
  'unknown_incident',
  'already_so',
  'no_effect',
] as const
export type DropReason = (typeof dropReasons)[number]
