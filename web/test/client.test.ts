// The client as a library: alone, typed, documented, and what it tells a page. In: the sources, the document, a browser by hand. Out: what is told and sent. Never: a network.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DOCUMENT, example } from '../e2e/example';
import { library } from '../e2e/library';
import { Client, type Events } from '../src/sdk';
import { greeted, install, offers, pass, says, sent, sockets, uninstall } from './browser';
import { person, session } from './people';

const WEB = join(import.meta.dirname, '..');
const SDK = join(WEB, 'src/sdk');

/** A build and two runs of the compiler take seconds; a loaded machine is no fault of the library. */
const BUILD_MS = 120_000;

/** The types see to it that each is here. */
const EVENTS: Record<keyof Events, true> = {
  line: true, standing: true, queue: true, asks: true, media: true, people: true, news: true, stream: true, speakers: true, quality: true, given_up: true,
  sound: true, chat: true, captions: true, recording: true, hearing: true, standards: true, plan: true, apart: true, invited: true,
  voice_only: true, outcome: true, lines: true, still_asked: true, still: true, refused: true, devices: true,
};

describe('the library', () => {
  it('needs nothing but itself and the protocol: no framework, no page, no word of a language', () => {
    const files = readdirSync(SDK);
    expect(files).toContain('index.ts');
    for (const name of files) {
      const text = readFileSync(join(SDK, name), 'utf8');
      const needed = [...text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
      expect(needed.filter((each) => each !== '../protocol' && !/^\.\/[a-z]+$/.test(each)), name).toEqual([]);
    }
    expect(readFileSync(join(WEB, 'src/protocol.ts'), 'utf8')).not.toMatch(/^import/m);
  });

  it('is one module that also loads where there is no browser, with types that every way of finding modules understands', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bedside-client-'));
    try {
      const code = await library();
      expect(code).not.toMatch(/\bpreact\b|\bimport\s*[({"']/);
      writeFileSync(join(folder, 'client.mjs'), code);
      const there = `import('./client.mjs').then((client) => process.stdout.write(typeof client.Client))`;
      expect(execFileSync(process.execPath, ['--input-type=module', '-e', there], { cwd: folder, encoding: 'utf8' })).toBe('function');

      execFileSync(process.execPath, [join(WEB, 'client/types.mjs'), join(folder, 'types')]);
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'user.ts'), `
        import { Client, type Delivery } from './types/sdk/index.js';
        const client = new Client({ camera: false });
        client.on('quality', ({ reason }) => { const because: 'your_line' | 'their_side' | 'data_saver' | 'the_server' | null = reason; void because; });
        // @ts-expect-error There is no such event.
        client.on('nothing', () => undefined);
        // @ts-expect-error A message has to be one of the protocol.
        client.send({ t: 'admit' });
        export type { Delivery };
      `);
      const settings = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
      expect(execFileSync(join(WEB, 'node_modules/.bin/tsc'), [...settings, 'user.ts'], { cwd: folder, encoding: 'utf8' })).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, BUILD_MS);

  it('is documented: every event, every call, and an example that is read in a minute', () => {
    const [, table = ''] = /## Every event\n([\s\S]*?)\n## /.exec(DOCUMENT) ?? [];
    const told = [...table.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(told.sort()).toEqual(Object.keys(EVENTS).sort());
    const calls = Object.getOwnPropertyNames(Client.prototype).filter((name) => !['constructor', 'state', 'changed', 'tellHappened', 'devicesChanged', 'tell'].includes(name));
    expect(calls.length).toBeGreaterThan(5);
    for (const name of calls) expect(DOCUMENT, name).toContain(`\`${name}(`);
    expect(example().trim().split('\n').length).toBeLessThanOrEqual(30);
  });
});

describe('a client', () => {
  beforeEach(() => {
    install();
    vi.stubGlobal('navigator', {});
  });
  afterEach(uninstall);

  /** Somebody let in, and everything they were told, in order. */
  async function joined() {
    const client = new Client({ camera: false });
    const told: [string, unknown][] = [];
    for (const name of Object.keys(EVENTS) as (keyof Events)[]) client.on(name, (detail: unknown) => told.push([name, detail]));
    await client.resume(session);
    await greeted();
    const of = (name: keyof Events) => told.filter(([each]) => each === name).map(([, detail]) => detail);
    return { client, told, of };
  }

  const people = (...all: ReturnType<typeof person>[]) =>
    says({ t: 'people', people: all, staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });

  it('is told where it stands, who is there, and what is wrong with its devices', async () => {
    const { of } = await joined();
    await people(person('a'));
    expect([of('standing'), of('line'), of('media')]).toEqual([['admitted'], ['up'], ['connecting']]);
    expect(of('people')).toEqual([[person('a')]]);
    expect(of('devices').at(-1)).toEqual({
      sources: { microphone: false, camera: false, screen: false }, problems: { microphone: 'unsupported' }, replaced: { camera: false, microphone: false },
    });
  });

  it('is given a stream when a voice or picture comes, and null when it goes', async () => {
    const { of } = await joined();
    const off = { microphone: true, camera: false, screen: false };
    await says({ t: 'slots', slots: [{ mid: '3', bound: { participant: 'a', source: 'microphone' } }, { mid: '4', bound: { participant: 'a', source: 'camera' } }] });
    await people(person('a'));
    await people(person('a', { sources: off }));
    await says({ t: 'slots', slots: [{ mid: '3', bound: null }, { mid: '4', bound: null }] });
    const stream = expect.any(MediaStream);
    expect(of('stream')).toEqual([
      { participant: 'a', source: 'microphone', stream }, { participant: 'a', source: 'camera', stream },
      { participant: 'a', source: 'camera', stream: null }, { participant: 'a', source: 'microphone', stream: null },
    ]);
  });

  it('says yes to the text it was shown, and takes it back', async () => {
    const { client } = await joined();
    const ask = { purpose: 'telehealth' as const, need: 'required' as const, version: '2', language: 'de', text: 'Ja?', agreed: null };
    await says({ t: 'asks', gates: [], consents: [ask] });
    client.consent('telehealth', true);
    await says({ t: 'asks', gates: [], consents: [{ ...ask, agreed: true }] });
    client.consent('telehealth', false);
    client.consent('recording', true);
    const said = sent.filter((message) => message.t === 'consent').map(({ answer }) => answer);
    expect(said).toEqual([{ say: 'give', version: '2', language: 'de' }, { say: 'withdraw' }]);
  });

  it('comes back by itself with the same session, and stops once it has left', async () => {
    const { client, of } = await joined();
    const hellos = () => sent.filter((message) => message.t === 'hello');
    sockets[0]!.onclose?.();
    await pass(1_000);
    await greeted();
    expect(hellos()).toEqual([{ t: 'hello', session: session.session }, { t: 'hello', session: session.session }]);
    expect(of('line')).toEqual(['up', 'restoring', 'up']);
    const before = offers().length;
    client.leave();
    expect(sent.at(-1)).toEqual({ t: 'leave' });
    await pass(60_000);
    expect([sockets.length, offers().length]).toEqual([2, before]);
  });

  it('tells nobody who no longer listens', async () => {
    const client = new Client();
    const told: string[] = [];
    const end = client.on('standing', (standing) => told.push(standing));
    end();
    await client.resume(session);
    await greeted();
    expect([told, client.state?.standing]).toEqual([[], 'admitted']);
  });
});
