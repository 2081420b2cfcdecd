import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast'
import { z } from 'zod'

/** What a Dockerfile says, stage by stage; only the instructions that ours uses. */
export interface Stage {
  base: string
  name: string | undefined
  steps: Step[]
}

export type Step =
  | { kind: 'workdir'; folder: string }
  /** `from`: a stage's name; undefined: the build's context. */
  | { kind: 'copy'; from: string | undefined; sources: string[]; target: string }
  | { kind: 'run'; command: string }
  | { kind: 'env'; values: Record<string, string> }
  | { kind: 'user'; user: string }
  | { kind: 'volume'; folders: string[] }
  | { kind: 'expose'; ports: number[] }
  | { kind: 'entrypoint' | 'cmd'; words: string[] }

/** Reads a Dockerfile; an Error names the line with an instruction, a flag or a form that is not known here. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword()
    const words = instruction.getArguments().map((word) => word.getValue())
    if (keyword === 'FROM') {
      const [base = '', as, name] = words
      if (base === '' || (as !== undefined && (as !== 'AS' || name === undefined))) throw unknown(instruction)
      stages.push({ base, name, steps: [] })
      continue
    }
    const stage = stages.at(-1)
    if (stage === undefined) throw unknown(instruction)
    stage.steps.push(stepOf(instruction, keyword, words))
  }
  return stages
}

function stepOf(instruction: Instruction, keyword: string, words: string[]): Step {
  const [first = ''] = words
  switch (keyword) {
    case 'WORKDIR':
      return { kind: 'workdir', folder: first }
    case 'COPY':
      return copyOf(instruction as Copy)
    case 'RUN':
      return { kind: 'run', command: instruction.getArgumentsContent()?.replaceAll('\\\n', ' ') ?? '' }
    case 'ENV':
      return { kind: 'env', values: Object.fromEntries(words.map((word) => pairOf(instruction, word))) }
    case 'USER':
      return { kind: 'user', user: first }
    case 'EXPOSE':
      return { kind: 'expose', ports: words.map(Number) }
    case 'VOLUME':
      return { kind: 'volume', folders: listOf(instruction) }
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', words: listOf(instruction) }
    case 'CMD':
      return { kind: 'cmd', words: listOf(instruction) }
    default:
      throw unknown(instruction)
  }
}

function copyOf(instruction: Copy): Step {
  const flags = instruction.getFlags()
  const from = flags.find((flag) => flag.getName() === 'from')?.getValue() ?? undefined
  if (flags.some((flag) => flag.getName() !== 'from')) throw unknown(instruction)
  const words = instruction.getArguments().map((word) => word.getValue())
  const paths = words.filter((word) => !word.startsWith('--'))
  const target = paths.at(-1) ?? ''
  if (paths.length < 2) throw unknown(instruction)
  return { kind: 'copy', from, sources: paths.slice(0, -1), target }
}

function pairOf(instruction: Instruction, word: string): [string, string] {
  const at = word.indexOf('=')
  if (at < 1) throw unknown(instruction)
  return [word.slice(0, at), word.slice(at + 1)]
}

/** The words of `["a", "b"]`; the other form puts a shell in between, which keeps signals from the program. */
function listOf(instruction: Instruction): string[] {
  try {
    return z
      .array(z.string())
      .min(1)
      .parse(JSON.parse(instruction.getArgumentsContent() ?? ''))
  } catch {
    throw unknown(instruction)
  }
}

function unknown(instruction: Instruction): Error {
  const line = instruction.getRange().start.line + 1
  return new Error(
    `Dockerfile line ${line}: found ${instruction.getTextContent().split('\n')[0]}; expected an instruction in a form that ` +
      'scripts/read-dockerfile.ts knows',
  )
}
