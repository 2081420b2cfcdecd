/*
 * npm run bench:sentiment -- --data DIR [--hint] [--json]: how often our sentiment engine is right, how well it knows it, how
 * far the corrected share of negative is off and how fast it is, beside packages on the same rows in the same run. DIR holds
 * <language>-<anything>.tsv, each line a label (negative, neutral, positive), a tab and a text. --hint tells our engines the
 * file's language, as a platform would. Nothing of the data is kept.
 */
import { parseArgs } from 'node:util'
import { describeMeasured } from './describe-measured.ts'
import { readLabelledFiles } from './labelled-texts.ts'
import { measureFile } from './measure-file.ts'
import { createSubjects } from './subjects.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    hint: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
if (values.data === undefined) {
  console.error('usage: npm run bench:sentiment -- --data DIR [--hint] [--json]')
  process.exit(2)
}
const subjects = await createSubjects(values.hint)
const files = readLabelledFiles(values.data)
const measured = []
for (const file of files) {
  const result = await measureFile(file, subjects)
  measured.push(result)
  if (!values.json) console.log(describeMeasured(result))
}
if (values.json) console.log(JSON.stringify({ hint: values.hint, files: measured }, undefined, 2))
