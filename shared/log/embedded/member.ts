import { PartitionWorker, type PartitionWorkerOptions } from '../partition-worker.ts'

/** One member of a group at work, by its name. */
export class Member extends PartitionWorker {
  readonly name: string

  constructor(name: string, options: PartitionWorkerOptions) {
    super(options)
    this.name = name
  }
}
