import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import cliProgress from 'cli-progress'
import { demoCrisis, makeDemoConfig } from '../demo/demo-config.ts'
import { demoDataDir } from '../demo/demo-data-dir.ts'
import { historyDays, type MadeHistory, makeHistory } from '../demo/make-history.ts'
import { pageLanguage } from '../demo/page-language.ts'
import { showPipeline } from '../demo/screen.ts'
import { openDrivers } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import { type ProcessEdge, untilAborted } from '../process-edge.ts'
import { runServices, type Terminal } from '../run-services.ts'
import { serviceNames } from '../service-names.ts'

/** `nabiz` without a config: 15 days of three invented brands in seconds, then real time, and a crisis by itself. */
export async function demo(edge: ProcessEdge): Promise<number> {
  const terminal: Terminal = {
    write: (text) => void edge.stdout.write(text),
    colours: edge.stdout.isTTY === true && edge.env.NO_COLOR === undefined,
    columns: edge.stdout.columns ?? 100,
  }
  await rm(demoDataDir, { recursive: true, force: true })
  await mkdir(demoDataDir, { recursive: true })
  const logFile = createWriteStream(`${demoDataDir}/nabiz.log`, { flags: 'a' })
  const logger = (service: string) => createLogger({ service, destination: logFile })
  edge.setFatalLogger(createLogger({ service: 'nabiz', destination: edge.stderr }))

  const language = pageLanguage(edge.env)
  terminal.write(introduction)
  const progress = createProgress(edge)
  const history = await makeHistory(await makeDemoConfig(systemClock.now(), language), {
    now: systemClock.now,
    logger: logger('history'),
    stopping: edge.stopping,
    onProgress: progress.update,
  })
  progress.stop()
  if (edge.stopping.aborted) return exitCodes.ok
  terminal.write(describeHistory(history))

  const config = await makeDemoConfig(history.end, language)
  const drivers = await openDrivers({
    dataDir: demoDataDir,
    fsync: true,
    clock: systemClock,
    logger: logger('nabiz'),
  })
  try {
    let pages: string[] = []
    const running = await runServices({
      config,
      services: serviceNames,
      drivers,
      clock: systemClock,
      logger,
      terminal: { ...terminal, write: (page) => void pages.push(page) },
      simulated: true,
    })
    const takePages = () => {
      const taken = pages
      pages = []
      return taken
    }
    const trigger = (brand: string) =>
      `http://127.0.0.1:${running.ingest?.port()}/webhooks/simulator/main?brand=${brand}`
    const { port } = config.alerting
    terminal.write(
      explanation(
        trigger,
        `http://127.0.0.1:${config.scoring.port}/metrics`,
        `http://127.0.0.1:${port}`,
        language,
      ),
    )
    const keys = listenToKeys(
      edge,
      async (brand) => {
        await fetch(trigger(brand), { method: 'POST' })
        terminal.write(`A crisis of ${brand} begins.\n`)
      },
      config.brands.map((brand) => brand.id),
    )
    const screen = showPipeline(
      { log: drivers.log, clock: systemClock, terminal, takePages, brands: config.brands, running },
      edge.stopping,
    )
    await untilAborted(edge.stopping)
    keys.stop()
    await screen
    terminal.write('\nstopping\n')
    await running.stop()
    return exitCodes.ok
  } finally {
    await drivers.close()
    logFile.end()
    await finished(logFile)
  }
}

const introduction = `
NABIZ demonstration. Everything below is SIMULATED: three invented brands, invented people, texts of our own.
Nothing leaves this machine, and nobody is paged but this terminal. To watch real brands, write a nabiz.yaml (README).

`

function describeHistory({ mentions, seconds, incidents }: MadeHistory): string {
  const alarms = incidents.map(
    (one) => `${one.brand} on ${one.openedAt.slice(0, 10)} (${one.signals.join(', ')})`,
  )
  // Nothing happened to the brands in them, so every alarm was a false one.
  const found = alarms.length === 0 ? 'no false alarm' : `false alarms: ${alarms.join('; ')}`
  return `${mentions} mentions of the last ${historyDays} days went through ingest, scoring and alerting in ${seconds.toFixed(1)} s; ${found}.\n\n`
}

function explanation(
  trigger: (brand: string) => string,
  metrics: string,
  alerting: string,
  language: 'tr' | 'en',
): string {
  const pageIn =
    language === 'tr'
      ? 'is in Turkish here, after your locale; NABIZ_LANG=en npm start shows it in English'
      : 'is in English here, after your locale; NABIZ_LANG=tr npm start shows it in Turkish'
  return `Now in real time. In about ${demoCrisis.startsAfterSeconds} seconds a crisis of Kuzey Air begins by itself; the page follows within a minute.
  each line   mentions of the last 10 seconds (what is usual at this time of day), and how the brand does
  the number  is the severity, how far a count stands above the usual: from 1.0 on, seen twice, people are paged; at 2.0 at once
  the page    ${pageIn}
  press 1-3   to start a crisis of a brand, q to quit; or  curl -X POST '${trigger('lokmajet')}'
  look at     ${metrics}, ${alerting}/readyz, ${demoDataDir}/nabiz.log, npx nabiz status

`
}

/** Single keys on a terminal: 1 to 9 start a brand's crisis, q and Ctrl-C end. */
function listenToKeys(
  edge: ProcessEdge,
  onBrand: (brand: string) => Promise<void>,
  brands: readonly string[],
): { stop(): void } {
  const { stdin } = edge
  if (!stdin.isTTY) return { stop: () => undefined }
  const onKey = (data: Buffer) => {
    const key = data.toString('utf8')
    if (key === 'q' || key === '\u0003') return edge.stop()
    const brand = brands[Number(key) - 1]
    if (brand !== undefined) onBrand(brand).catch(() => undefined)
  }
  stdin.setRawMode(true)
  stdin.resume()
  stdin.on('data', onKey)
  return {
    stop() {
      stdin.off('data', onKey)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}

function createProgress(edge: ProcessEdge) {
  if (!edge.stdout.isTTY) {
    edge.stdout.write(`passing ${historyDays} days of history through the pipeline ...\n`)
    return { update: () => undefined, stop: () => undefined }
  }
  const bar = new cliProgress.SingleBar({
    format: `passing ${historyDays} days of history through the pipeline {bar} {at} {mentions} mentions`,
    hideCursor: true,
  })
  bar.start(100, 0, { at: '', mentions: 0 })
  return {
    update: (share: number, at: number, mentions: number) =>
      bar.update(Math.min(100, Math.round(share * 100)), {
        at: new Date(at).toISOString().slice(0, 10),
        mentions,
      }),
    stop() {
      bar.update(100)
      bar.stop()
    },
  }
}
