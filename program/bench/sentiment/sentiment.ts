/*
 * npm run bench:sentiment -- --data DIR [--hint] [--json]: how often our sentiment engine is right, how well it knows it, how
 * far the corrected share of negative is off and how fast it is, beside packages on the same rows in the same run. DIR holds
 * <language>-<anything>.tsv, each line a label (negative, neutral, positive), a tab and a text. --hint tells our engines the
 * file's language, as a platform would. Texts that our model learned from are counted and warned of. Nothing of the data is kept. Without --data the robustness sets alone.
 */
import { parseArgs } from 'node:util'
import { describeMeasured, describeRobustness } from './describe-measured.ts'
import { readLabelledFiles } from './labelled-texts.ts'
import { measureFile } from './measure-file.ts'
import { measureRobustness } from './robustness.ts'
import { createSubjects } from './subjects.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    hint: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const print = (text: string) => {
  if (!values.json) console.log(text)
}
const subjects = await createSubjects(values.hint)
const measured = []
for (const file of values.data === undefined ? [] : readLabelledFiles(values.data)) {
  const result = await measureFile(file, subjects)
  measured.push(result)
  print(describeMeasured(result))
}
const names = subjects.map(({ name }) => name)
const robustness = await measureRobustness(subjects)
print(describeRobustness(robustness, names))
if (values.json) {
  const solved = robustness.map((result) => ({
    ...result,
    solved: Object.fromEntries(result.solved.map((share, at) => [names[at], share])),
  }))
  console.log(JSON.stringify({ hint: values.hint, files: measured, robustness: solved }, undefined, 2))
}
