import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'

export const backendNames = ['node', 'wasm', 'cpu'] as const
export type BackendName = (typeof backendNames)[number]

/**
 * Makes a TensorFlow.js backend the one in use and returns its name. `auto` takes the first that works of node
 * (only where a person has installed @tensorflow/tfjs-node beside us), wasm and cpu; a named one that does not
 * work is an Error.
 */
export async function useBackend(wanted: BackendName | 'auto'): Promise<BackendName> {
  const faults: string[] = []
  for (const name of wanted === 'auto' ? backendNames : [wanted]) {
    try {
      await register[name]()
      if (await tf.setBackend(registered[name])) {
        await tf.ready()
        // a backend that is there may still fail at its first sum, as tfjs-node does on Node 23 and later
        if (tf.tidy(() => tf.sum(tf.ones([2])).dataSync()[0]) === 2) return name
      }
      faults.push(`${name}: it does not start`)
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    }
  }
  throw new Error(`--backend ${wanted}: none works (${faults.join('; ')})`)
}

/** The names under which the packages register themselves. */
const registered: Readonly<Record<BackendName, string>> = { node: 'tensorflow', wasm: 'wasm', cpu: 'cpu' }

const register: Readonly<Record<BackendName, () => Promise<void>>> = {
  async node() {
    // no dependency of ours: its install downloads a binary; the name is a variable so that tsc does not look for it
    const name = '@tensorflow/tfjs-node'
    await import(name)
  },
  async wasm() {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    const require = createRequire(import.meta.url)
    setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')))}/`)
  },
  async cpu() {
    await import('@tensorflow/tfjs-backend-cpu')
  },
}
