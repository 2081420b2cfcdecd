// A thread does not inherit the loader of the thread that starts it: without one it cannot read the sources.
import { register } from 'tsx/esm/api'

register()
export const { engineIds, readTexts } = await import('./read-texts.ts')
