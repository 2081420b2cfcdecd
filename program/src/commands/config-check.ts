import { readConfig } from '../config/read-config.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'

/** `nabiz config check`: every fault at once and exit code 2, or a line on what the config holds. Starts nothing. */
export function configCheck(path: string, edge: ProcessEdge): number {
  const config = readConfig(path, edge.env)
  const parts = [
    `${config.brands.length} brands`,
    `${config.ingest.connectors.length} connectors`,
    `${config.alerting.channels.length} channels`,
    `${config.plans.length} plans`,
    `${config.thresholds.length} thresholds`,
  ]
  edge.stdout.write(`${path} is right: ${parts.join(', ')}\n`)
  return exitCodes.ok
}
