// How the browser tests run. In: e2e/*.test.ts. Out: one after the other, with time enough for a loaded machine. Never: beside each other; they share two cores and one clock.
import { defineConfig } from 'vitest/config';

/** No test waits by the clock; this only ends one that would wait for ever. */
const LONG_MS = 120_000;

/** What is run by its own verb: pictures to look at, numbers to read. */
function reports(words: string[]): string[] | null {
  if (words.some((word) => word.startsWith('screens'))) return ['e2e/screens*.ts'];
  return words.includes('start') ? ['e2e/start.ts'] : null;
}

export default defineConfig({
  test: {
    include: reports(process.argv) ?? ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: LONG_MS,
    hookTimeout: LONG_MS,
    expect: { poll: { timeout: 30_000, interval: 100 } },
    reporters: ['verbose'],
  },
});
