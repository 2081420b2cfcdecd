import type { BrandState } from './brand-state.ts'
import type { Reader, Writer } from './codec.ts'
import { followed, PlatformHours } from './platform-hours.ts'
import { decodeMachine, encodeMachine } from './state-machine.ts'

/** Writes what is known of a brand's platforms by themselves: a value of its own, which brands of one platform lack. */
export function encodeScopes(brand: BrandState, writer: Writer): void {
  writer.list([...brand.scopes], ([name, { hours, machines }]) => {
    writer.string(name)
    hours.encode(writer)
    const known = followed.flatMap((signal) => {
      const machine = machines.get(signal)
      return machine === undefined ? [] : [{ signal, machine }]
    })
    writer.list(known, ({ signal, machine }) => {
      writer.unsigned(followed.indexOf(signal))
      encodeMachine(machine, writer)
    })
  })
}

/** Reads what `encodeScopes` wrote into the brand. */
export function decodeScopes(brand: BrandState, reader: Reader): void {
  for (let left = reader.unsigned(); left > 0; left -= 1) {
    const name = reader.string()
    const hours = PlatformHours.decode(reader)
    const machines = reader.list(() => {
      const signal = followed[reader.unsigned()] ?? 'volume'
      return [signal, decodeMachine(reader)] as const
    })
    brand.scopes.set(name, { hours, machines: new Map(machines) })
  }
}
