import { acquireProcessLock } from './index.ts'

// Holds the folder given as argument, says so, and waits to be killed.
const folder = process.argv[2] ?? ''
try {
  await acquireProcessLock(folder, 'child')
  process.stdout.write('held\n')
  setInterval(() => undefined, 1_000)
} catch {
  process.stdout.write('refused\n')
}
