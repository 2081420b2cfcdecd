import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const benchBrand = 'velmora'
/** Senders at once, each waiting for its answer. */
export const senders = 32

/** One item of the generic push. */
export interface PushedItem {
  id: string
  text: string
  createdAt: string
  language: string
  author: { id: string; followers: number }
}

/** What the pushing process is told. */
export interface PushOrder {
  url: string
  /** Items in one webhook. */
  items: number
  warmUpMs: number
  forMs: number
}

/** What became of an order. */
export interface Pushed {
  /** Webhooks answered in a second after the warm-up. */
  aSecond: number
  /** All that were answered, the warm-up included. */
  answered: number
}

const program = fileURLToPath(new URL('./pusher.child.ts', import.meta.url))

/** How many signed webhooks an address takes, pushed by a process of its own so that sending costs it nothing. */
export function pushTo(url: string, items: number, forMs: number): Promise<Pushed> {
  const child = fork(program, [], { execArgv: ['--import', 'tsx'] })
  const order: PushOrder = { url, items, warmUpMs: 1_500, forMs }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the pushing process ended with ${code}`)))
    child.once('message', (pushed: Pushed) => resolve(pushed))
    child.send(order)
  })
}
