/** Length, then of a request api key, api version and correlation id, of an answer the correlation id. */
const requestHeaderBytes = 12
const answerHeaderBytes = 8

/** The beginning of a frame, and where in the chunk it began; negative: in an earlier chunk. */
interface FrameStart {
  header: Buffer
  startsAt: number
}

/** Finds the beginnings of frames in a stream of Kafka's protocol, however it is cut into chunks. */
class FrameReader {
  readonly #headerBytes: number
  #header: Buffer = Buffer.alloc(0)
  /** Bytes of the open frame still to come, once its header is read. */
  #rest = 0

  constructor(headerBytes: number) {
    this.#headerBytes = headerBytes
  }

  /** Frames whose header ends within this chunk. */
  read(chunk: Buffer): FrameStart[] {
    const starts: FrameStart[] = []
    for (let at = 0; at < chunk.length; ) {
      if (this.#rest > 0) {
        const skipped = Math.min(this.#rest, chunk.length - at)
        this.#rest -= skipped
        at += skipped
        continue
      }
      const startsAt = at - this.#header.length
      const taken = chunk.subarray(at, at + this.#headerBytes - this.#header.length)
      this.#header = Buffer.concat([this.#header, taken])
      at += taken.length
      if (this.#header.length < this.#headerBytes) continue
      starts.push({ header: this.#header, startsAt })
      this.#rest = this.#header.readInt32BE(0) - (this.#headerBytes - 4)
      this.#header = Buffer.alloc(0)
    }
    return starts
  }
}

const produceKey = 0

/** Follows one connection to a broker and tells where the answer to a produce request begins. */
export class ProduceWatch {
  readonly #requests = new FrameReader(requestHeaderBytes)
  readonly #answers = new FrameReader(answerHeaderBytes)
  readonly #waiting = new Set<number>()

  request(chunk: Buffer): void {
    for (const { header } of this.#requests.read(chunk))
      if (header.readInt16BE(4) === produceKey) this.#waiting.add(header.readInt32BE(8))
  }

  /** Where in this chunk the first answer to a produce request begins; undefined: nowhere. */
  answer(chunk: Buffer): number | undefined {
    let first: number | undefined
    for (const { header, startsAt } of this.#answers.read(chunk))
      if (this.#waiting.delete(header.readInt32BE(4))) first ??= Math.max(0, startsAt)
    return first
  }
}
