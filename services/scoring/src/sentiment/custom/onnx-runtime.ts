import { ConfigError } from '@nabiz/shared/errors'

/** A tensor of whole numbers or of float32, row after row. */
export interface OnnxTensor {
  readonly data: ArrayLike<number | bigint> | ArrayLike<unknown>
  readonly dims: readonly number[]
}

export interface OnnxSession {
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
  run(feeds: Record<string, OnnxTensor>): Promise<Record<string, OnnxTensor>>
  release(): Promise<void>
}

/** What we use of ONNX Runtime: its packages for Node and for WebAssembly have it in common. */
export interface OnnxRuntime {
  InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> }
  Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => OnnxTensor
}

/** Tried in this order. Neither is installed with Nabız: the first loads a binary at its installation. */
const packages = ['onnxruntime-node', 'onnxruntime-web'] as const

/** The runtime that is installed, native before WebAssembly; ConfigError where there is none. */
export async function loadOnnxRuntime(): Promise<{ runtime: OnnxRuntime; name: string }> {
  const failures: string[] = []
  for (const name of packages) {
    try {
      const found = (await import(name)) as Partial<OnnxRuntime> & { default?: OnnxRuntime }
      const runtime = found.InferenceSession ? (found as OnnxRuntime) : found.default
      if (runtime) return { runtime, name }
      failures.push(`${name} without InferenceSession`)
    } catch (err) {
      const code = err instanceof Error && 'code' in err ? String(err.code) : 'an error'
      failures.push(code === 'ERR_MODULE_NOT_FOUND' ? `no ${name}` : `${name}, which fails to load (${code})`)
    }
  }
  throw new ConfigError('sentiment', [
    {
      path: 'sentiment.engine',
      found: failures.join(', '),
      expected: 'onnxruntime-node beside Nabız: npm install --no-save onnxruntime-node@1.30.0',
    },
  ])
}
