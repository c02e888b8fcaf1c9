// The example of docs/client.md, as it stands there. In: the document. Out: the page. Never: changed on the way.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/client.md'), 'utf8');

export function example(): string {
  const [, page] = /<!-- example -->\n```html\n([\s\S]*?)```/.exec(DOCUMENT) ?? [];
  if (!page) throw new Error('docs/client.md has no example');
  return page;
}
