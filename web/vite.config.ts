// In: web/index.html and src. Out: web/dist, which the program embeds.
// Never: anything inline, so that the pages live under `default-src 'self'`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** What each language of the pages calls itself. */
function nativeNames(): Record<string, string> {
  const files = readdirSync(join(import.meta.dirname, 'src/words')).filter((file) => /^[a-z]{2,3}(-[A-Za-z]+)?\.ts$/.test(file));
  return Object.fromEntries(files.map((file) => {
    const tag = file.slice(0, -'.ts'.length);
    return [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag];
  }));
}

export default defineConfig({
  define: { NATIVE_NAMES: JSON.stringify(nativeNames()) },
  build: {
    target: 'es2019',
    cssTarget: ['chrome87', 'firefox78', 'safari14'],
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  test: { include: ['test/**/*.test.ts'] },
} as import('vitest/config').ViteUserConfig);
