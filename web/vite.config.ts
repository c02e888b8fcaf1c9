// In: web/index.html, web/desk.html and src. Out: web/dist, which the program embeds: the visit, and with `--mode desk` the desk beside it.
// Never: anything inline, so that the pages live under `default-src 'self'`; a file that both share, so that a patient fetches nothing of the desk.
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

/** Built apart, and after the visit, whose build empties the folder. */
const DESK = { emptyOutDir: false, assetsDir: 'assets/desk', rollupOptions: { input: 'desk.html' } };

export default defineConfig(({ mode }) => ({
  define: { NATIVE_NAMES: JSON.stringify(nativeNames()) },
  build: {
    target: 'es2019',
    cssTarget: ['chrome87', 'firefox78', 'safari14'],
    assetsInlineLimit: 0,
    // What the page and its later parts share is a file of its own, and is fetched beside the page and not after it.
    modulePreload: { polyfill: false },
    ...(mode === 'desk' ? DESK : {}),
  },
  test: { include: ['test/**/*.test.ts'] },
}) as import('vitest/config').ViteUserConfig);
