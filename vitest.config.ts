import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'services/**/*.test.ts', 'program/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of what takes long waits for servers, and two cores have room for a third.
    maxWorkers: 3,
    globalSetup: ['scripts/test-servers.ts'],
  },
})
