// What the program embeds. In: web/dist as just built. Out: its size and what it may not hold. Never: builds it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');
/** An old phone on a slow line has the page in a few seconds. */
const BYTES_MAX = 60_000;

const names = readdirSync(DIST, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
const textOf = (end: string) => names.filter((name) => name.endsWith(end)).map((name) => readFileSync(name, 'utf8')).join('\n');

describe('the built pages', () => {
  it('stay small', () => {
    const bytes = names.reduce((sum, name) => sum + gzipSync(readFileSync(name)).length, 0);
    console.log(`web/dist: ${bytes} bytes gzipped of ${BYTES_MAX}`);
    expect(bytes).toBeLessThan(BYTES_MAX);
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
