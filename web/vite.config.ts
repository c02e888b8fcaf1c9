// In: web/index.html, web/desk.html and src. Out: web/dist, which the program embeds: the visit, and with `--mode desk` the desk beside it.
// Never: anything inline, so that the pages live under `default-src 'self'`; a file that both share, so that a patient fetches nothing of the desk.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { type BuildEnvironmentOptions, defineConfig, type Plugin } from 'vite';

/** What each language of the pages calls itself. */
function nativeNames(): Record<string, string> {
  const files = readdirSync(join(import.meta.dirname, 'src/words')).filter((file) => /^[a-z]{2,3}(-[A-Za-z]+)?\.ts$/.test(file));
  return Object.fromEntries(files.map((file) => {
    const tag = file.slice(0, -'.ts'.length);
    return [tag, new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag];
  }));
}

/** What the visit's page fetches at once: what it and its later parts share is a file of its own, fetched beside the page and not after it. */
const WITH_PAGE = /\/(jsxRuntime|count)-/;

/** The files to fetch beside a later part, which needs no mention where it comes alone. */
function besides(files: string[]): string[] {
  const later = files.filter((file) => !WITH_PAGE.test(file));
  return later.length > 1 ? later : [];
}

const VISIT: BuildEnvironmentOptions = {
  modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === 'html' ? files : besides(files)) },
};

/** Built apart, and after the visit, whose build empties the folder. */
const DESK: BuildEnvironmentOptions = { emptyOutDir: false, assetsDir: 'assets/desk', rollupOptions: { input: 'desk.html' }, modulePreload: { polyfill: false } };

/** Smaller ones go as they are: a packet holds them. */
const PACKED_FROM_BYTES = 1_200;

/** Each script and style also packed, once and as tightly as can be, for the server to send: a thin line has them in a third of the time. */
function packed(): Plugin {
  return {
    name: 'packed',
    writeBundle({ dir = '' }, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        const content = file.type === 'chunk' ? file.code : file.source;
        if (!/\.(js|css)$/.test(name) || content.length < PACKED_FROM_BYTES) continue;
        writeFileSync(join(dir, `${name}.gz`), gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [packed()],
  define: { NATIVE_NAMES: JSON.stringify(nativeNames()) },
  build: {
    target: 'es2019',
    cssTarget: ['chrome87', 'firefox78', 'safari14'],
    assetsInlineLimit: 0,
    ...(mode === 'desk' ? DESK : VISIT),
  },
  test: { include: ['test/**/*.test.ts'] },
}) as import('vitest/config').ViteUserConfig);
