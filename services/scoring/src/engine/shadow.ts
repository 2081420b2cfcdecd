import type { SignalRecord, Transition } from '@nabiz/shared/contracts'
import { signalNames } from '@nabiz/shared/contracts'
import { decodeSlot, encodeSlot } from './brand-codec.ts'
import { type BrandState, createSlots, type Shadow } from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import type { Emission } from './engine.ts'
import { evaluate, type Moment } from './evaluate.ts'
import { decodeMachines, encodeMachines } from './scope-codec.ts'
import { evaluateScopes } from './scopes.ts'
import type { Outlet } from './transition.ts'

/**
 * Judges a brand by the thresholds that are tried: with the same windows and baselines, but machines of their own. What
 * people would have been told goes to `signals`, as a shadow, and nobody is told. Only closed minutes are judged.
 */
export function evaluateShadow(brand: BrandState, moment: Moment, outlet: Outlet): void {
  const { shadow: tried } = brand.settings
  if (tried === undefined) return
  if (brand.shadow?.version !== tried.version) {
    brand.shadow = { version: tried.version, signals: createSlots(), scopes: new Map() }
  }
  const judged: BrandState = {
    ...brand,
    signals: brand.shadow.signals,
    settings: { ...brand.settings, ...tried },
    scopes: triedScopes(brand, brand.shadow),
  }
  const shadowOutlet: Outlet = { ...outlet, emit: (emission) => tell(emission, outlet) }
  evaluate(judged, moment, shadowOutlet)
  evaluateScopes(judged, moment, shadowOutlet)
}

/** The platforms of the brand with the machines of what is tried. */
function triedScopes({ scopes }: BrandState, shadow: Shadow): BrandState['scopes'] {
  const tried: BrandState['scopes'] = new Map()
  for (const [name, { hours }] of scopes) {
    const machines = shadow.scopes.get(name) ?? new Map()
    shadow.scopes.set(name, machines)
    tried.set(name, { hours, machines })
  }
  return tried
}

function tell(emission: Emission, outlet: Outlet): void {
  if (emission.topic === 'counts') return
  const { brand, value } = emission
  const told = emission.topic === 'breaches' ? recordOf(emission.value) : emission.value
  outlet.emit({ topic: 'signals', brand, value: { ...told, id: `shadow-${value.id}`, shadow: true } })
}

/** A transition nobody is told of, as an evaluation that names it. */
function recordOf({
  brand,
  scope,
  signal,
  at,
  transition,
  severity,
  evidence,
  config,
  engine,
}: Transition): SignalRecord {
  const state = transition === 'recovered' ? 'ok' : 'firing'
  const platform = scope === 'all' ? {} : { scope }
  const { windows, coverage } = evidence
  const identity = { v: 1, id: '', brand, signal, at, config, engine } as const
  return { ...identity, state, severity, windows, coverage, transition, ...platform }
}

/** Writes where the tried thresholds stand. */
export function encodeShadow({ version, signals, scopes }: Shadow, writer: Writer): void {
  writer.string(version)
  for (const name of signalNames) encodeSlot(signals[name], writer)
  const known = [...scopes].filter(([, machines]) => machines.size > 0)
  writer.list(known, ([name, machines]) => {
    writer.string(name)
    encodeMachines(machines, writer)
  })
}

/** Reads what `encodeShadow` wrote. */
export function decodeShadow(reader: Reader): Shadow {
  const version = reader.string()
  const signals = createSlots()
  for (const name of signalNames) signals[name] = decodeSlot(reader)
  // Checkpoints of older builds end here.
  const scopes = reader.done ? [] : reader.list(() => [reader.string(), decodeMachines(reader)] as const)
  return { version, signals, scopes: new Map(scopes) }
}
