import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

const bin = fileURLToPath(new URL('../bin/nabiz.mjs', import.meta.url))
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-sentiment-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('nabiz sentiment', () => {
  it('answers each line in its order: byte order mark, CRLF, empty lines and a last line without its end', async () => {
    const input =
      '\uFEFFVelmora kargosu 10 gündür gelmedi, tam bir rezalet\r\n\r\nI love my new Velmora, great service!\n\nharika'
    const { exitCode, answers, stderr } = await judge(input)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(answers.map(({ label }) => label)).toEqual([
      'negative',
      'neutral',
      'positive',
      'neutral',
      'positive',
    ])
    expect(answers[0]?.language).toBe('tr')
    expect(answers[2]?.language).toBe('en')
    for (const empty of [answers[1], answers[3]])
      expect(empty).toMatchObject({ label: 'neutral', score: 0, confidence: 0 })
    expect(answers[0]?.score).toBeLessThan(0)
    expect(answers[2]?.score).toBeGreaterThan(0)
  })

  it('answers every line of what nobody would call a text', async () => {
    const lines = [
      Buffer.from('x'.repeat(100_000)),
      Buffer.from('berbat '.repeat(100_000)),
      Buffer.from('😡😡😡'),
      Buffer.from('https://velmora.example/a?b=c'),
      Buffer.from('الخدمة سيئة جدا'),
      Buffer.from('服务太差了，再也不来'),
      Buffer.from('a\0b\0c'),
      Buffer.from([0xff, 0xfe, 0x80, 0xc3]),
      Buffer.from([0xed, 0xa0, 0xbd]),
      Buffer.from(' \t '),
      Buffer.from('\u200f\u202e\u2028'),
      Buffer.from('iyi'),
    ]
    const input = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
    const { exitCode, answers } = await judge(input)
    expect(exitCode).toBe(0)
    expect(answers).toHaveLength(lines.length)
    expect(answers[9]).toMatchObject({ label: 'neutral', score: 0, confidence: 0 })
    expect(answers[11]).toMatchObject({ label: 'positive' })
  })

  it('takes the hint of --language where the text does not contradict it', async () => {
    expect((await judge('Velmora 2027', '--language', 'tr')).answers[0]?.language).toBe('tr')
    expect((await judge('bu kargo neden hala gelmedi', '--language', 'en')).answers[0]?.language).toBe('tr')
  })

  it('ends quietly when its reader goes away', async () => {
    const child = spawn(process.execPath, [bin, 'sentiment'], { cwd: folder })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.stdin.on('error', () => undefined)
    child.stdin.write('kargo gelmedi\n')
    await once(child.stdout, 'data')
    child.stdout.destroy()
    child.stdin.end('kargo gelmedi\n'.repeat(50_000))
    const [exitCode] = await once(child, 'close')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  it('checks the config that is named', async () => {
    const path = join(folder, 'wrong.yaml')
    await writeFile(path, 'scoring: { port: ninety }\n')
    const { exitCode, stderr } = await judge('iyi', '--config', path)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/scoring\.port.*ninety/)
  })
})

const answer = z.strictObject({
  label: z.enum(['negative', 'neutral', 'positive']),
  score: z.number().min(-1).max(1),
  confidence: z.number().min(0).max(1),
  language: z.string().min(2),
  engine: z.string().min(1),
})

async function judge(input: string | Uint8Array, ...args: readonly string[]) {
  const child = spawn(process.execPath, [bin, 'sentiment', ...args], { cwd: folder })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [exitCode] = await once(child, 'close')
  const lines = stdout.split('\n').slice(0, -1)
  return { exitCode, stderr, answers: lines.map((line) => answer.parse(JSON.parse(line))) }
}
