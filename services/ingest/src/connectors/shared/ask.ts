import { DependencyError } from '@nabiz/shared/errors'
import type { Check } from '../connector.ts'
import { NotFoundError } from './api-client.ts'

/** What to tell a person when the platform refuses the call, or does not have what was asked for; absent: it is thrown. */
export interface Advice {
  refused?: string
  absent?: string
}

/** Asks the platform one thing for `nabiz connect`. What it answers with is no failure to ask; anything else is thrown. */
export async function ask(what: string, call: () => Promise<unknown>, advice: Advice): Promise<Check> {
  try {
    await call()
    return { what, isOk: true }
  } catch (err) {
    const isRefused = err instanceof DependencyError && err.code === 'platform_auth'
    const detail = isRefused ? advice.refused : err instanceof NotFoundError ? advice.absent : undefined
    if (detail === undefined) throw err
    return { what, isOk: false, detail }
  }
}
