import { Secret } from '@nabiz/shared/config'
import { createOutgoing } from '@nabiz/shared/http'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { ManualClock } from '@nabiz/shared/time'
import { createMemoryKeptValues } from '../src/adapters/memory-kept-values.ts'
import { type ConnectorContextOptions, createConnectorContext } from '../src/connector-context.ts'
import type { ConnectorContext } from '../src/connectors/connector.ts'
import { createSeal } from '../src/credentials/seal.ts'
import { createTelemetry } from '../src/telemetry.ts'

/** What a connector under test works with: a store in memory, a manual clock, a line to this machine. */
export function aContext(overrides: Partial<ConnectorContextOptions> = {}): ConnectorContext {
  return createConnectorContext({
    platform: 'test',
    account: 'main',
    store: createMemoryKeptValues(),
    clock: new ManualClock(Date.UTC(2026, 10, 2)),
    outgoing: createOutgoing({ allowHosts: ['127.0.0.1'] }),
    logger: createSilentLogger(),
    random: () => 0.5,
    telemetry: createTelemetry(createRegistry(), createSilentLogger()),
    seal: createSeal(new Secret('key of the tests')),
    holder: 'one',
    mayRenew: true,
    ...overrides,
  })
}
