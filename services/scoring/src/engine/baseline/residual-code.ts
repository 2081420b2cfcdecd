/** Code of a residual that does not exist. */
export const noResidual = -32_768

const greatestCode = 32_767

/**
 * A residual as a signed 16-bit number: multiples of 1/256 up to 8, then eleven significant bits up to 8.5e9.
 * The codes have so few bits that sums of their squares are exact in doubles for any residuals a count can have.
 */
export function packResidual(residual: number): number {
  let scaled = Math.abs(residual) * 256
  let exponent = 0
  while (scaled >= 2_048 && exponent < 31) {
    scaled /= 2
    exponent += 1
  }
  // A mantissa rounded up to 2,048 carries into the exponent by itself.
  const code = Math.min(greatestCode, exponent * 1_024 + Math.round(scaled))
  return residual < 0 ? -code : code
}

/** The residual a code stands for; not to be asked for `noResidual`. */
export function unpackResidual(code: number): number {
  const size = Math.abs(code)
  const exponent = size >> 10
  const value = exponent <= 1 ? size / 256 : ((1_024 + (size & 1_023)) * (1 << (exponent - 1))) / 256
  return code < 0 ? -value : value
}
