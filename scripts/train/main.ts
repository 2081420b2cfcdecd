/**
 * Trains the sentiment model: npm run train -- --data DIR --out DIR
 *   [--extra FILE]... [--lexicon] [--seed 1] [--backend auto|node|wasm|cpu]
 *
 * DIR holds `<language>-<name>-train.tsv`; each line is a label (negative, neutral, positive), a tab and a text. An extra
 * file of that folder is learned from with less say and never measured on; with --lexicon so are sentences that state and deny
 * the words of the Turkish lexicon. A run that was stopped goes on after its last whole epoch.
 */
import { parseArgs } from 'node:util'
import cliProgress from 'cli-progress'
import { backendNames } from './backend.ts'
import { train } from './train.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    extra: { type: 'string', multiple: true, default: [] },
    lexicon: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    backend: { type: 'string', default: 'auto' },
  },
})
const { data, out } = values
if (data === undefined)
  throw new Error('--data: found nothing; give the folder with <language>-<name>-train.tsv')
if (out === undefined) throw new Error('--out: found nothing; give the folder for the model and its figures')
const seed = Number(values.seed)
if (!Number.isSafeInteger(seed) || seed < 0 || seed > 1_000_000)
  throw new Error(`--seed: found ${values.seed}; give a whole number from 0 to 1000000`)
const backend = (['auto', ...backendNames] as const).find((name) => name === values.backend)
if (backend === undefined)
  throw new Error(`--backend: found ${values.backend}; give auto, ${backendNames.join(', ')}`)

const bar = new cliProgress.SingleBar(
  { format: '{bar} {percentage}% | {value}/{total} texts | {eta_formatted} left', noTTYOutput: false },
  cliProgress.Presets.shades_classic,
)
let started = false
const { id } = await train({
  data,
  out,
  extras: values.extra,
  withLexicon: values.lexicon,
  seed,
  backend,
  say: (line) => console.log(line),
  progress(done, total) {
    if (!started) bar.start(total, done)
    started = true
    bar.update(done)
  },
  epochDone(run, epoch, loss) {
    // where no bar can be drawn, a line an epoch
    if (!process.stderr.isTTY) console.log(`${run} epoch ${epoch}: loss ${loss.toFixed(4)}`)
  },
})
bar.stop()
console.log(`model ${id}: ${out}/sentiment.model, learned.json, metrics.json, curves.svg`)
