import type { BrandState } from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import { followed, PlatformHours, type Scope } from './platform-hours.ts'
import { decodeMachine, encodeMachine } from './state-machine.ts'

/** Writes what is known of a brand's platforms by themselves: a value of its own, which brands of one platform lack. */
export function encodeScopes(brand: BrandState, writer: Writer): void {
  writer.list([...brand.scopes], ([name, { hours, machines }]) => {
    writer.string(name)
    hours.encode(writer)
    encodeMachines(machines, writer)
  })
}

/** Writes where the signals of one platform stand. */
export function encodeMachines(machines: Scope['machines'], writer: Writer): void {
  const known = followed.flatMap((signal) => {
    const machine = machines.get(signal)
    return machine === undefined ? [] : [{ signal, machine }]
  })
  writer.list(known, ({ signal, machine }) => {
    writer.unsigned(followed.indexOf(signal))
    encodeMachine(machine, writer)
  })
}

/** Reads what `encodeMachines` wrote. */
export function decodeMachines(reader: Reader): Scope['machines'] {
  return new Map(
    reader.list(() => {
      const signal = followed[reader.unsigned()] ?? 'volume'
      return [signal, decodeMachine(reader)] as const
    }),
  )
}

/** Reads what `encodeScopes` wrote into the brand. */
export function decodeScopes(brand: BrandState, reader: Reader): void {
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const name = reader.string()
    const hours = PlatformHours.decode(reader)
    brand.scopes.set(name, { hours, machines: decodeMachines(reader) })
  }
}
