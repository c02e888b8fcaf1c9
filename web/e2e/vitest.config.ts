// How the browser tests run. In: e2e/*.test.ts. Out: one after the other, with time enough for a loaded machine. Never: beside each other; they share two cores and one clock.
import { defineConfig } from 'vitest/config';

/** No test waits by the clock; this only ends one that would wait for ever. */
const LONG_MS = 120_000;

export default defineConfig({
  test: {
    include: process.argv.some((word) => word.startsWith('screens')) ? ['e2e/screens*.ts'] : ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: LONG_MS,
    hookTimeout: LONG_MS,
    expect: { poll: { timeout: 30_000, interval: 100 } },
    reporters: ['verbose'],
  },
});
