#!/usr/bin/env node
// The sources run as they are: tsx strips the types (Node 20 cannot), so there is no build to forget.
import { register } from 'tsx/esm/api'

register()
await import('../src/main.ts')
