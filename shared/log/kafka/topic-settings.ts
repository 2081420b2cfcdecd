import { type Topic, topics } from '../../contracts/index.ts'
import { day } from '../../time/index.ts'
import type { KafkaWeakness } from './config.ts'

/** Largest batch the producer sends, bytes, with room for the batch's own header. */
const minRecordBytes = 1_000_000

/** Settings a topic is made with. */
export function settingsOf(topic: Topic | 'log', replication: number): Record<string, string> {
  return {
    ...(isCompacted(topic)
      ? { 'cleanup.policy': 'compact' }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(keptMs(topic)), 'retention.bytes': '-1' }),
    // Retention drops whole segments: a day of one is no more than a day too long.
    ...(isCompacted(topic) ? {} : { 'segment.ms': String(day) }),
    'message.timestamp.type': 'LogAppendTime',
    'min.insync.replicas': String(Math.min(2, replication)),
    'unclean.leader.election.enable': 'false',
    'max.message.bytes': '1048588',
  }
}

/** One setting that is not as it should be; without `accept` it can never be lived with. */
export interface SettingFault {
  setting: string
  found: string
  expected: string
  accept?: KafkaWeakness
}

/** What is wrong with a topic's settings, as the brokers tell them, and its number of copies. */
export function settingFaults(
  topic: Topic | 'log',
  settings: ReadonlyMap<string, string>,
  replicas: number,
): SettingFault[] {
  const faults: SettingFault[] = []
  const check = (
    setting: string,
    isRight: (found: string) => boolean,
    expected: string,
    accept?: KafkaWeakness,
  ) => {
    const found = setting === 'replicas' ? String(replicas) : (settings.get(setting) ?? 'nothing')
    if (!isRight(found)) faults.push({ setting, found, expected, ...(accept ? { accept } : {}) })
  }
  check('replicas', (found) => Number(found) >= 3, '3 or more', 'replication')
  check('min.insync.replicas', (found) => Number(found) >= 2, '2 or more', 'replication')
  check('message.timestamp.type', (found) => found === 'LogAppendTime', 'LogAppendTime', 'timestamps')
  check('unclean.leader.election.enable', (found) => found === 'false', 'false', 'unclean_election')
  check(
    'max.message.bytes',
    (found) => Number(found) >= minRecordBytes,
    `${minRecordBytes} or more`,
    'record_size',
  )
  if (isCompacted(topic)) {
    check('cleanup.policy', (found) => found === 'compact', 'compact')
  } else {
    check('cleanup.policy', (found) => found === 'delete', 'delete')
    const days = keptMs(topic) / day
    const isKept = (found: string) => Number(found) === -1 || Number(found) >= keptMs(topic)
    check('retention.ms', isKept, `${keptMs(topic)} (${days} days) or more`, 'retention')
    check('retention.bytes', (found) => Number(found) === -1, '-1 (no bound)', 'retention')
  }
  return faults
}

function isCompacted(topic: Topic | 'log'): topic is 'log' | 'config' {
  return topic === 'log' || 'compacted' in topics[topic]
}

function keptMs(topic: Topic): number {
  const definition = topics[topic]
  return 'keptDays' in definition ? definition.keptDays * day : -1
}
