// In: web/index.html and src. Out: web/dist, which the program embeds.
// Never: anything inline, so that the pages live under `default-src 'self'`.
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2019',
    cssTarget: ['chrome87', 'firefox78', 'safari14'],
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  test: { include: ['test/**/*.test.ts'] },
} as import('vitest/config').ViteUserConfig);
