// The types of the library. In: src/sdk; a folder, or client/dist/types. Out: declarations that every way of finding modules understands. Never: a second source of them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2] ?? join(import.meta.dirname, 'dist/types');
const compiler = join(import.meta.dirname, '../node_modules/.bin/tsc');
execFileSync(compiler, ['--project', join(import.meta.dirname, 'tsconfig.json'), '--outDir', folder], { stdio: 'inherit' });

// Our sources are bundled and name modules without an ending; Node's own way of finding them wants one.
for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/(from |import\()(['"])(\.{1,2}\/[^'"]+)\2/g, '$1$2$3.js$2'));
}
