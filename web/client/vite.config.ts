// How the client becomes a library.
// In: src/sdk. Out: client/dist/client.js, one module of the same age as the pages.
// Never: a framework, a word of any language, or code of another package.
import { join } from 'node:path';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  build: {
    target: 'es2019',
    minify: false,
    lib: { entry: join(import.meta.dirname, '../src/sdk/index.ts'), formats: ['es'], fileName: () => 'client.js' },
  },
});
