// What the program embeds: the visit and the desk. In: the sources, built in memory as `npm run build` does. Out: their sizes and what they may not hold. Never: touches web/dist.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { TONGUES } from '../src/words';

/** An old phone on a slow line has the page in a few seconds. */
const BYTES_MAX = 60_000;

/** A build takes a second; a loaded machine is not a fault of the pages. */
const BUILD_MS = 120_000;

let contentByName: Map<string, Buffer>;
let desk: Map<string, Buffer>;

async function built(mode: 'production' | 'desk'): Promise<Map<string, Buffer>> {
  const result = await build({ root: join(import.meta.dirname, '..'), mode, logLevel: 'warn', build: { write: false } });
  if (Array.isArray(result) || !('output' in result)) throw new Error('one build was asked for');
  return new Map(result.output.map((file) => [file.fileName, Buffer.from(file.type === 'chunk' ? file.code : file.source)]));
}

beforeAll(async () => {
  // Vitest says `test` here, and Vite would then leave in what only developers need.
  process.env.NODE_ENV = 'production';
  contentByName = await built('production');
  desk = await built('desk');
}, BUILD_MS);

const isOf = (name: string, tag: string) => new RegExp(`^assets/${tag}-.{8}\\.js$`).test(name);
const isWords = (name: string) => TONGUES.some((tag) => isOf(name, tag));

function textOf(end: string): string {
  return [...contentByName, ...desk].filter(([name]) => name.endsWith(end)).map(([, content]) => content.toString()).join('\n');
}

describe('the built pages', () => {
  it('stay small for a patient, in every language', () => {
    // A patient fetches the words of one language and nothing of what only staff opens, or an interpreter, or those who write and read captions, nor what is for visits with an interpreter or seldom asked for.
    const size = (wanted: (name: string) => boolean) =>
      [...contentByName].filter(([name]) => wanted(name)).reduce((sum, [, content]) => sum + gzipSync(content).length, 0);
    const shared = size((name) => !isWords(name) && !/^assets\/(teach|asked|booth|attend|staff|languages|allow|film|captions|captioner|hearing|look|ready)-/.test(name));
    for (const tag of TONGUES) {
      const words = size((name) => isOf(name, tag));
      console.log(`the patient's page in ${tag}: ${shared + words} bytes gzipped of ${BYTES_MAX}`);
      expect(words, tag).toBeGreaterThan(1_000);
      expect(shared + words, tag).toBeLessThan(BYTES_MAX);
    }
  });

  it('fetch words in one step: no file of a language needs another that is not there yet', () => {
    // What the page names itself is fetched at once.
    const html = contentByName.get('index.html')?.toString() ?? '';
    const first = [...contentByName.keys()].filter((name) => name.endsWith('.js') && html.includes(`/${name}"`));
    expect(first.length).toBeGreaterThan(0);
    for (const [name, content] of contentByName) {
      // Other later parts name what they need, and it comes beside them.
      if (!isWords(name)) continue;
      const needed = [...content.toString().matchAll(/from\s*"\.\/([^"]+)"/g)].map((match) => `assets/${match[1]}`);
      expect(needed.every((each) => first.includes(each)), `${name} needs ${needed.join(', ')}`).toBe(true);
    }
  });

  it('keep the desk apart, and small too', () => {
    const names = [...desk.keys()];
    expect(names.filter((name) => contentByName.has(name))).toEqual([]);
    expect(names.filter((name) => name !== 'desk.html' && !name.startsWith('assets/desk/'))).toEqual([]);
    // In every language at once it would be more; a desk fetches one.
    const shared = names.filter((name) => /\/desk-[^/]*$/.test(name)).reduce((sum, name) => sum + gzipSync(desk.get(name) ?? '').length, 0);
    expect(shared).toBeGreaterThan(1_000);
    expect(shared).toBeLessThan(BYTES_MAX / 2);
  });

  it('hold nothing inline, so that the content policy can forbid it', () => {
    const html = textOf('.html');
    expect(html).toMatch(/<script type="module"[^>]* src="\/assets\//);
    expect(html).not.toMatch(/<script(?![^>]* src=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
    expect(textOf('.css') + html).not.toContain('data:');
  });

  it('name no other host', () => {
    // The only addresses are names of XML languages.
    const hosts = (textOf('.html') + textOf('.js') + textOf('.css')).match(/(https?:)?\/\/[a-z0-9-]+(\.[a-z0-9-]+)+/gi) ?? [];
    expect(hosts.filter((host) => !host.includes('//www.w3.org'))).toEqual([]);
  });

  it('run on browsers of 2019', () => {
    const script = textOf('.js');
    expect(script).not.toMatch(/\?\?=|\|\|=|\?\.\[|\?\.\(|\w\?\.\w/);
  });
});
