import { DependencyError } from '@nabiz/shared/errors'
import type { ModelShelf } from './sentiment/model-shelf.ts'

/** The fault of a partition whose brand is judged by an engine that this process does not have. */
export function missingModel(
  partition: number,
  brand: string,
  engine: string,
  models: Pick<ModelShelf, 'ids'>,
): DependencyError {
  return new DependencyError(
    'partition_stopped',
    `partition ${partition}: the sentiment engine ${engine} is in force for ${brand}, this process has ${models.ids().join(', ')}: run the build and config that have it, or let a process that has it put another in force with \`nabiz model activate\``,
    { retryable: false },
  )
}
