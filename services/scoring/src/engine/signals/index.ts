import type { EngineOptions } from '../engine.ts'
import { authors } from './authors.ts'
import { engagement } from './engagement.ts'
import { negative } from './negative.ts'
import { createNegativity } from './negativity.ts'
import { reach } from './reach.ts'
import type { Signal } from './signal.ts'
import { volume } from './volume.ts'

/** Every signal, in the order in which they are evaluated and emitted. */
export function createSignals(confusion: EngineOptions['confusion']): readonly Signal[] {
  return [volume, negative, createNegativity(confusion), authors, reach, engagement]
}
