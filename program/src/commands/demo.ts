import type { ProcessEdge } from '../process-edge.ts'

/** Folder of the demonstration's log and store. */
export const demoDataDir = '.nabiz/demo'

/** placeholder */
export async function demo(_edge: ProcessEdge): Promise<number> {
  return 1
}
