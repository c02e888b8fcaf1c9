// The client as others get it. In: src/sdk. Out: the module's text. Never: touches client/dist.
import { join } from 'node:path';
import { build } from 'vite';

export async function library(): Promise<string> {
  // Vitest says `test` here, and Vite would then leave in what only developers need.
  process.env.NODE_ENV = 'production';
  const configFile = join(import.meta.dirname, '../client/vite.config.ts');
  const result = await build({ configFile, mode: 'production', logLevel: 'warn', build: { write: false } });
  const [output] = Array.isArray(result) ? result : [];
  const [file, ...more] = output?.output ?? [];
  if (file?.type !== 'chunk' || more.length > 0) throw new Error('the library is to be one module');
  return file.code;
}
