/** Runs a call on slices of a list, so many at once, and gives all results in order; the first failure ends it. */
export async function inParallel<In, Out>(
  items: readonly In[],
  sliceSize: number,
  concurrency: number,
  call: (slice: readonly In[]) => Promise<readonly Out[]>,
): Promise<Out[]> {
  const slices: (readonly In[])[] = []
  for (let from = 0; from < items.length; from += sliceSize) slices.push(items.slice(from, from + sliceSize))
  const results = new Array<readonly Out[]>(slices.length)
  let next = 0
  let hasFailed = false
  async function work(): Promise<void> {
    while (!hasFailed && next < slices.length) {
      const at = next
      next += 1
      try {
        results[at] = await call(slices[at] ?? [])
      } catch (err) {
        hasFailed = true
        throw err
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, slices.length) }, work))
  return results.flat()
}
