import cliProgress from 'cli-progress'
import type { ProcessEdge } from '../process-edge.ts'

/** A bar on a terminal, nothing anywhere else. */
export function createBar(edge: Pick<ProcessEdge, 'stderr'>) {
  let bar: cliProgress.SingleBar | undefined
  return {
    start(title: string) {
      bar?.stop()
      if (!edge.stderr.isTTY) return
      bar = new cliProgress.SingleBar({
        format: `${title} {bar} {value}/{total} {at}`,
        stream: edge.stderr,
        hideCursor: true,
      })
      bar.start(0, 0, { at: '' })
    },
    update(done: number, total: number, at: string) {
      bar?.setTotal(total)
      bar?.update(done, { at })
    },
    stop: () => bar?.stop(),
  }
}
