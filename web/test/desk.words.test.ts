// The words of the desk: each language whole, and no page with words of its own. In: the catalogues, the source. Out: what is missing. Never: judges style.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bothOf, DESK_TONGUES, type DeskWords } from '../src/desk/words';
import { words as en } from '../src/desk/words/en';
import { TONGUES } from '../src/words';
import { sentences, shape } from './catalogue';

/** What a language may share with English, where the word is the same in it. */
const SAME: Record<string, readonly string[]> = {};
/** Made of nothing but what is put in. */
const SAME_ANYWHERE = ['rules.rule'];

const DESK = join(import.meta.dirname, '../src/desk');

const all: [string, DeskWords][] = await Promise.all(DESK_TONGUES.map(async (tongue): Promise<[string, DeskWords]> => [tongue, (await bothOf(tongue)).desk]));

describe('the words of the desk', () => {
  it('are there in every language of the pages', () => {
    expect([...DESK_TONGUES].sort()).toEqual([...TONGUES].sort());
  });

  it.each(all)('say all there is to say: %s', (_, words) => {
    expect(shape(words)).toEqual(shape(en));
    for (const [path, text] of sentences(words)) {
      expect(text.trim(), path).toBe(text);
      expect(text.length, path).toBeGreaterThan(0);
    }
    for (const [path, text] of sentences(words.trouble)) expect(text, path).toMatch(/[.。]$/);
  });

  it.each(all.filter(([tongue]) => tongue !== 'en'))('leave nothing in English: %s', (tongue, words) => {
    const english = new Map(sentences(en));
    const same = sentences(words).filter(([path, text]) => english.get(path) === text).map(([path]) => path);
    expect(same.filter((path) => !SAME_ANYWHERE.includes(path))).toEqual(SAME[tongue] ?? []);
  });

  it.each(all)('are found by whoever speaks what stands on the button: %s', (_, { keys, webhooks, transfer, message }) => {
    const spoken: [string, string][] = [
      [keys.rotate, keys.rotateName('Ana')], [keys.revoke, keys.revokeName('Ana')], [webhooks.test, webhooks.testName('Ana')], [webhooks.off, webhooks.offName('Ana')],
      [webhooks.on, webhooks.onName('Ana')], [webhooks.log, webhooks.logName('Ana')], [webhooks.remove, webhooks.removeName('Ana')], [webhooks.replay, webhooks.replayName('Ana')],
      [transfer.open, transfer.openName('Ana')], [message.open, message.openName('Ana')], [message.queue, message.queueName('Ana')],
    ];
    for (const [shown, heard] of spoken) expect(heard.toLowerCase()).toContain(shown.toLowerCase());
  });

  it('are each said somewhere', () => {
    const source = readdirSync(DESK).filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(join(DESK, name), 'utf8')).join('\n');
    // Chosen by a value, which the types cover.
    const chosen = new Set(['trouble', 'state', 'interpreter', 'cause', 'scope', 'webhook', 'delivery', 'need', 'tab']);
    for (const line of shape(en)) {
      const [group = '', key = ''] = (line.split(' ')[0] ?? '').split('.');
      if (chosen.has(group) || key === '') continue;
      // In `light`, what is late is chosen by how late it is.
      const said = new RegExp(`\\b(${group}|said|keys|rules)\\.${key}\\b|said\\.${group}\\.${key}\\b`).test(source) || source.includes(`said.${group}[`);
      expect(said, `${group}.${key}`).toBe(true);
    }
  });

  it('are all the words there are: no part has text of its own', () => {
    for (const name of readdirSync(DESK).filter((file) => file.endsWith('.tsx'))) {
      const text = readFileSync(join(DESK, name), 'utf8');
      expect(text.match(/>\s*[A-Z][a-z]+ [a-z ]+[^<>{}]*</g), name).toBeNull();
      expect(text.match(/(aria-label|title|placeholder|alt)="/g), name).toBeNull();
    }
  });
});
