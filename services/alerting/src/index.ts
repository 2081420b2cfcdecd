export { type Alerting, type AlertingOptions, createAlerting } from './app.ts'
export {
  type Channel,
  type ChannelConfig,
  type ChannelContext,
  channelConfig,
  createChannel,
  createRecorder,
  type DeliveryResult,
  type Notice,
  type NoticeKind,
} from './channels/index.ts'
export { type AlertingConfig, alertingConfig } from './config.ts'
export { incidentId } from './incidents/identify.ts'
export type { Delivery, Incident } from './incidents/incident.ts'
