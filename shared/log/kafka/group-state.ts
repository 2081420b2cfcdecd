import { partitionCount } from '../../contracts/index.ts'
import type { GroupPartition } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import { decodeAssignment, decodeClaim } from './group-protocol.ts'

/** Who owns a group's partitions now, and what it committed, as its coordinator tells. Throws DependencyError. */
export async function readGroup(
  connection: KafkaConnection,
  groupId: string,
  topic: string,
): Promise<GroupPartition[]> {
  const { groups } = await connection.retried('describing a group', () =>
    connection.atCoordinator(groupId, (broker) => broker.describeGroups({ groupIds: [groupId] })),
  )
  const owners = new Map<number, string>()
  for (const { memberMetadata, memberAssignment } of groups.flatMap(({ members }) => members)) {
    const name = decodeClaim(memberMetadata)?.member
    if (name === undefined) continue
    for (const partition of decodeAssignment(topic, memberAssignment)) owners.set(partition, name)
  }
  const partitions = Array.from({ length: partitionCount }, (_, partition) => ({ partition }))
  const { responses } = await connection.retried('reading committed offsets', () =>
    connection.atCoordinator(groupId, (broker) =>
      broker.offsetFetch({ groupId, topics: [{ topic, partitions }] }),
    ),
  )
  const committed = new Map(
    responses
      .flatMap((response) => response.partitions)
      .map(({ partition, offset }) => [partition, Number(offset)]),
  )
  return partitions.map(({ partition }) => {
    const offset = committed.get(partition) ?? -1
    return { partition, member: owners.get(partition), committed: offset < 0 ? undefined : offset }
  })
}
