/** What a partition's engine remembers; only the engine looks inside. */
export interface PartitionState {
  /** Partition time: the greatest accepted heartbeat, ms since the epoch; 0 before the first. */
  time: number
}
