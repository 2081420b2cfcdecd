export { createIngest, type Ingest, type IngestOptions } from './app.ts'
export { type ConnectorAccount, type IngestConfig, ingestConfig } from './config.ts'
export { probeBrandId } from './probe.ts'
