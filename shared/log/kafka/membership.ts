import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../../errors/index.ts'
import type { KafkaConnection } from './connection.ts'
import {
  decodeAssignment,
  decodeClaim,
  encodeAssignment,
  encodeClaim,
  type MemberClaim,
  planAssignment,
  protocolName,
} from './group-protocol.ts'
import { isLasting, kafkaError, typeOf } from './kafka-error.ts'
import type { DriverLogger } from './kafka-logger.ts'

/** How long a rebalance waits for members that do not join again, ms; then they are out. */
const rebalanceTimeoutMs = 30_000
/** A member is heard of at least so often, ms, and five times a session. */
const longestBeatMs = 1_000
const firstRetryMs = 100
const longestRetryMs = 3_000

/** Answers that say: you are not a member any more, join as a new one. */
const outTypes = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])

export interface MembershipOptions {
  connection: KafkaConnection
  /** Group and topic as the brokers know them. */
  groupId: string
  topic: string
  /** Stable name of this member. */
  member: string
  sessionTimeoutMs: number
  logger: DriverLogger | undefined
  /** Partitions worked on now. */
  owned(): number[]
  /** The group gave these; resolves when those no longer among them are let go. True: some were. */
  onAssigned(partitions: readonly number[]): Promise<boolean>
  /** No member any more: others may own everything by now. Resolves when all is let go. */
  onLost(): Promise<void>
  /** What no retry mends: wrong credentials, a group with another protocol. */
  onFatal(err: unknown): void
}

/** A member's place in its group: joins, tells the coordinator that it lives, joins again when others come and go. */
export class Membership {
  readonly #options: MembershipOptions
  #memberId = ''
  #generation = -1
  #lastHeard = 0
  /** Others may own everything by now. */
  #isLost = false
  #closed = false
  readonly #startedAt = Date.now()
  /** Partitions were let go: the group must hear of it, so that their new owners get them. */
  #mustRejoin = false
  readonly #closing = new AbortController()
  readonly #joined: Promise<void>
  #resolveJoined: () => void = () => {}
  readonly #work: Promise<void>

  constructor(options: MembershipOptions) {
    this.#options = options
    this.#joined = new Promise((resolve) => {
      this.#resolveJoined = resolve
    })
    this.#work = this.#run()
  }

  /** Resolves when the group gave this member its partitions for the first time, or it was closed before. */
  joined(): Promise<void> {
    return this.#joined
  }

  /** Committed offsets serve lag monitors; while the member is out of the group they are not taken. */
  async commit(offsets: ReadonlyMap<number, number>): Promise<void> {
    const { connection, groupId, topic } = this.#options
    const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }))
    const request = { topic, partitions }
    try {
      await connection.retried('committing offsets', () =>
        connection.atCoordinator(groupId, (broker) =>
          broker.offsetCommit({
            groupId,
            groupGenerationId: this.#generation,
            memberId: this.#memberId,
            topics: [request],
          }),
        ),
      )
    } catch (err) {
      const type = typeOf(err)
      // The group is changing: whoever has the partition then commits again with its next checkpoint.
      if (type === 'REBALANCE_IN_PROGRESS' || (type !== undefined && outTypes.has(type))) return
      throw err
    }
  }

  /** Whether the place was lost since it was given; nothing more is to be begun then. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Stops joining; partitions are let go before, then `leave`. */
  async stop(): Promise<void> {
    this.#closed = true
    this.#closing.abort()
    await this.#work
  }

  /** Tells the coordinator, so that others need not wait for the session to end. */
  async leave(): Promise<void> {
    const { connection, groupId } = this.#options
    const memberId = this.#memberId
    if (memberId === '') return
    await connection
      .atCoordinator(groupId, (broker) => broker.leaveGroup({ groupId, memberId }))
      .catch(() => undefined)
  }

  async #run(): Promise<void> {
    let retryMs = firstRetryMs
    let isFirst = true
    while (!this.#closed) {
      try {
        if (isFirst) await this.#evictPredecessor()
        isFirst = false
        await this.#joinOnce()
        retryMs = firstRetryMs
        await this.#liveOn()
      } catch (err) {
        if (this.#closed) break
        if (isLasting(err)) {
          this.#options.onFatal(kafkaError(err, `joining group ${this.#options.groupId}`))
          break
        }
        await this.#onFailure(err)
        await this.#pause(retryMs)
        retryMs = Math.min(longestRetryMs, retryMs * 2)
      }
    }
    this.#resolveJoined()
  }

  /** Whoever had this name died without a word; the group need not wait until its session is over. */
  async #evictPredecessor(): Promise<void> {
    const { connection, groupId, member, logger } = this.#options
    const { groups } = await connection.atCoordinator(groupId, (broker) =>
      broker.describeGroups({ groupIds: [groupId] }),
    )
    for (const { memberId, memberMetadata } of groups.flatMap(({ members }) => members)) {
      if (decodeClaim(memberMetadata)?.member !== member) continue
      logger?.warn({ groupId, member }, 'a member of this name stood in the group and was put out')
      await connection.atCoordinator(groupId, (broker) => broker.leaveGroup({ groupId, memberId }))
    }
  }

  async #joinOnce(): Promise<void> {
    const { connection, groupId, topic, member, sessionTimeoutMs, owned, logger } = this.#options
    const claim: MemberClaim = {
      member,
      startedAt: this.#startedAt,
      owned: owned(),
      generation: this.#generation,
    }
    const joined = await connection.atCoordinator(groupId, (broker) =>
      broker.joinGroup({
        groupId,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId: this.#memberId,
        groupProtocols: [{ name: protocolName, metadata: encodeClaim(topic, claim) }],
      }),
    )
    const { memberId, generationId: generation } = joined
    this.#memberId = memberId
    this.#lastHeard = performance.now()
    const groupAssignment = joined.leaderId === memberId ? assignmentsOf(topic, joined.members) : []
    const { memberAssignment } = await connection.atCoordinator(groupId, (broker) =>
      broker.syncGroup({ groupId, generationId: generation, memberId, groupAssignment }),
    )
    this.#generation = generation
    this.#isLost = false
    this.#lastHeard = performance.now()
    const partitions = decodeAssignment(topic, memberAssignment)
    logger?.debug({ groupId, generation, partitions: partitions.length }, 'joined group')
    this.#mustRejoin = await this.beatingWhile(this.#options.onAssigned(partitions))
    if (this.#isLost) throw new Error('the place was lost while partitions were let go')
    this.#resolveJoined()
  }

  /** Heartbeats until the group changes. */
  async #liveOn(): Promise<void> {
    while (!this.#closed && !this.#mustRejoin) {
      await this.#pause(this.#beatMs())
      if (this.#closed) return
      if (!(await this.#heartbeat())) return
    }
  }

  /** Letting go may take longer than a session: the coordinator is told meanwhile that the member lives. */
  async beatingWhile<T>(work: Promise<T>): Promise<T> {
    const done = new AbortController()
    const beating = (async () => {
      while (!done.signal.aborted) {
        await sleep(this.#beatMs(), undefined, { signal: done.signal }).catch(() => undefined)
        if (!done.signal.aborted) await this.#heartbeat().catch(() => this.#lose())
      }
    })()
    try {
      return await work
    } finally {
      done.abort()
      await beating
    }
  }

  /** False: the group is about to change. Throws when the place is lost, or must be taken for lost. */
  async #heartbeat(): Promise<boolean> {
    const { connection, groupId } = this.#options
    try {
      const request = { groupId, groupGenerationId: this.#generation, memberId: this.#memberId }
      const beating = connection.atCoordinator(groupId, (broker) => broker.heartbeat(request))
      await within(beating, this.#placeLeftMs())
      this.#lastHeard = performance.now()
      return true
    } catch (err) {
      const type = typeOf(err)
      if (type === 'REBALANCE_IN_PROGRESS') {
        this.#lastHeard = performance.now()
        return false
      }
      if (type !== undefined && outTypes.has(type)) throw err
      // Nobody was reached: the place is kept until the coordinator must have given it up.
      if (this.#placeLeftMs() <= 0) throw err
      await within(connection.refresh(), this.#placeLeftMs()).catch(() => undefined)
      return true
    }
  }

  /** Time until the coordinator, unheard, may have given the place to others, with a margin, ms. */
  #placeLeftMs(): number {
    return this.#lastHeard + this.#options.sessionTimeoutMs * 0.9 - performance.now()
  }

  /** While some partitions are let go slowly, the others must not be worked on in a place that is gone. */
  #lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#options.onLost().catch(() => undefined)
  }

  async #onFailure(err: unknown): Promise<void> {
    const { connection, groupId, logger } = this.#options
    const type = typeOf(err)
    const isOut = type !== undefined && outTypes.has(type)
    logger?.warn({ groupId, err: messageOf(err) }, 'place in the group is not sure')
    if (isOut) this.#memberId = ''
    if (isOut || this.#placeLeftMs() <= 0) {
      this.#generation = -1
      await this.#options.onLost()
    }
    await connection.refresh()
  }

  #beatMs(): number {
    return Math.min(longestBeatMs, this.#options.sessionTimeoutMs / 5)
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms * (0.75 + Math.random() / 2), undefined, { signal: this.#closing.signal }).catch(
      () => undefined,
    )
  }
}

/** What the leader answers the coordinator. */
function assignmentsOf(
  topic: string,
  members: readonly { memberId: string; memberMetadata: Buffer }[],
): { memberId: string; memberAssignment: Buffer }[] {
  const claims = new Map<string, MemberClaim>()
  for (const { memberId, memberMetadata } of members) {
    const claim = decodeClaim(memberMetadata)
    if (claim) claims.set(memberId, claim)
  }
  return [...planAssignment(claims)].map(([memberId, partitions]) => ({
    memberId,
    memberAssignment: encodeAssignment(topic, partitions),
  }))
}

/** Rejects when a call takes longer than `ms`; what it ends with later is nobody's. */
async function within<T>(call: Promise<T>, ms: number): Promise<T> {
  call.catch(() => undefined)
  const ended = new AbortController()
  const late = sleep(Math.max(0, ms), undefined, { signal: ended.signal, ref: false }).then(() => {
    throw new Error('the coordinator does not answer')
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([call, late])
  } finally {
    ended.abort()
  }
}
