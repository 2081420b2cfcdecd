// A process of its own for the tests that kill it or fill its disk: `testing-child.ts <append|hold|fill> <folder>`.
import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../../errors/index.ts'
import { openEmbeddedLog } from './open-embedded-log.ts'

const [work, folder = ''] = process.argv.slice(2)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Four callers append numbered records to a few partitions, for ever, and tell each one that was acknowledged. */
async function appendForEver(): Promise<void> {
  const log = await openEmbeddedLog({ folder })
  const run = `${process.pid}`
  say('open')
  await Promise.all(
    [0, 1, 2, 3].map(async (caller) => {
      for (let call = 0; ; call++) {
        const texts = Array.from({ length: 1 + ((call * 7) % 23) }, (_, i) => `${run}/${caller}/${call}/${i}`)
        const appended = await log.append(
          texts.map((text, i) => ({
            topic: 'mentions',
            key: text,
            value: Buffer.from(text),
            partition: (caller + i) % 5,
          })),
        )
        say(appended.map(({ partition, offset }, i) => `${partition}:${offset}:${texts[i]}`).join(' '))
      }
    }),
  )
}

/** Appends for ever, 100 kB at a time, and tells how each append ended. */
async function fill(): Promise<void> {
  const log = await openEmbeddedLog({ folder })
  for (let i = 0; ; i++) {
    try {
      const [appended] = await log.append([
        { topic: 'mentions', key: 'k', value: Buffer.alloc(100_000, i), partition: 0 },
      ])
      say(`stored ${appended?.offset}`)
    } catch (err) {
      say(
        err instanceof DependencyError ? `failed ${err.code} ${err.retryable}` : `unexpected ${String(err)}`,
      )
      await sleep(20)
    }
  }
}

if (work === 'append') await appendForEver()
if (work === 'fill') await fill()
if (work === 'hold') {
  const log = await openEmbeddedLog({ folder })
  await log.append([{ topic: 'mentions', key: 'k', value: Buffer.from('held'), partition: 1 }])
  say('open')
  process.once('SIGTERM', () => {
    log.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
  setInterval(() => {}, 60_000)
}
