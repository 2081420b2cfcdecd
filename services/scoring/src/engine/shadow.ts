import type { SignalRecord, Transition } from '@nabiz/shared/contracts'
import { signalNames } from '@nabiz/shared/contracts'
import { decodeSlot, encodeSlot } from './brand-codec.ts'
import { type BrandState, createSlots } from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import type { Emission } from './engine.ts'
import { evaluate, type Moment } from './evaluate.ts'
import type { Outlet } from './transition.ts'

/**
 * Judges a brand by the thresholds that are tried: with the same windows and baselines, but machines of their own. What
 * people would have been told goes to `signals`, as a shadow, and nobody is told. Only closed minutes are judged.
 */
export function evaluateShadow(brand: BrandState, moment: Moment, outlet: Outlet): void {
  const { shadow: tried } = brand.settings
  if (tried === undefined) return
  if (brand.shadow?.version !== tried.version) {
    brand.shadow = { version: tried.version, signals: createSlots() }
  }
  const judged: BrandState = {
    ...brand,
    signals: brand.shadow.signals,
    settings: { ...brand.settings, ...tried },
  }
  evaluate(judged, moment, { ...outlet, emit: (emission) => tell(emission, outlet) })
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
  signal,
  at,
  transition,
  severity,
  evidence,
  config,
  engine,
}: Transition): SignalRecord {
  const state = transition === 'recovered' ? 'ok' : 'firing'
  const { windows, coverage } = evidence
  return { v: 1, id: '', brand, signal, at, state, severity, windows, coverage, config, engine, transition }
}

/** Writes where the tried thresholds stand. */
export function encodeShadow({ version, signals }: NonNullable<BrandState['shadow']>, writer: Writer): void {
  writer.string(version)
  for (const name of signalNames) encodeSlot(signals[name], writer)
}

/** Reads what `encodeShadow` wrote. */
export function decodeShadow(reader: Reader): NonNullable<BrandState['shadow']> {
  const version = reader.string()
  const signals = createSlots()
  for (const name of signalNames) signals[name] = decodeSlot(reader)
  return { version, signals }
}
