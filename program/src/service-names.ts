/** What `nabiz` starts, one alone or all. */
export const serviceNames = ['ingest', 'scoring', 'alerting'] as const
export type ServiceName = (typeof serviceNames)[number]
