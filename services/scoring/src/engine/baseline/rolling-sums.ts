import type { ByteReader, ByteWriter } from './bytes.ts'
import { historyBuckets } from './grid.ts'

/**
 * Number, sum and sum of squares of the values of the last 4,032 steps.
 * What is added and later dropped leaves a rounding error behind, so a second generation of sums only ever adds,
 * and takes over every 4,032 steps: errors never grow, and no bucket has to pay for summing the whole ring.
 */
export class RollingSums {
  #count = 0
  #sum = 0
  #squares = 0
  #freshSteps = 0
  #freshCount = 0
  #freshSum = 0
  #freshSquares = 0

  get count(): number {
    return this.#count
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }

  /** Deviation of the values there are, as of a whole population; 0 without any. */
  get deviation(): number {
    if (this.#count === 0) return 0
    const mean = this.#sum / this.#count
    return Math.sqrt(Math.max(0, this.#squares / this.#count - mean * mean))
  }

  /** One step: `added` enters, `dropped` (which entered 4,032 steps ago) leaves; undefined where there is no value. */
  step(added: number | undefined, dropped: number | undefined): void {
    if (added !== undefined) {
      this.#count += 1
      this.#sum += added
      this.#squares += added * added
      this.#freshCount += 1
      this.#freshSum += added
      this.#freshSquares += added * added
    }
    if (dropped !== undefined) {
      this.#count -= 1
      this.#sum -= dropped
      this.#squares -= dropped * dropped
    }
    this.#freshSteps += 1
    if (this.#freshSteps < historyBuckets) return
    this.#count = this.#freshCount
    this.#sum = this.#freshSum
    this.#squares = this.#freshSquares
    this.#freshSteps = 0
    this.#freshCount = 0
    this.#freshSum = 0
    this.#freshSquares = 0
  }

  /** A value that entered `age` steps ago (0: the last step) turned from `before` into `after`. */
  replace(before: number, after: number, age: number): void {
    this.#sum += after - before
    this.#squares += after * after - before * before
    if (age >= this.#freshSteps) return
    this.#freshSum += after - before
    this.#freshSquares += after * after - before * before
  }

  encode(writer: ByteWriter): void {
    writer.uint32(this.#count)
    writer.float64(this.#sum)
    writer.float64(this.#squares)
    writer.uint32(this.#freshSteps)
    writer.uint32(this.#freshCount)
    writer.float64(this.#freshSum)
    writer.float64(this.#freshSquares)
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): RollingSums {
    const sums = new RollingSums()
    sums.#count = reader.uint32()
    sums.#sum = reader.float64()
    sums.#squares = reader.float64()
    sums.#freshSteps = reader.uint32()
    sums.#freshCount = reader.uint32()
    sums.#freshSum = reader.float64()
    sums.#freshSquares = reader.float64()
    reader.check(sums.#count <= historyBuckets, `sums over ${sums.#count} values`, 'at most 4,032')
    reader.check(sums.#freshSteps < historyBuckets, `${sums.#freshSteps} steps`, 'less than 4,032')
    reader.check(
      Number.isFinite(sums.#sum) && Number.isFinite(sums.#squares) && Number.isFinite(sums.#freshSquares),
      'a sum that is not finite',
      'finite sums',
    )
    return sums
  }
}
