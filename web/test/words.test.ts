// The words: complete, used, and in sentences. In: the catalogue and the source. Out: what is missing. Never: judges style.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Person } from '../src/protocol';
import { linkProblem } from '../src/sdk/redeem';
import { devicePixels } from '../src/page/shown';
import { callLine, lastNews, pausedLine, pausedNames, refusalLine, statusLines } from '../src/page/status';
import { initials } from '../src/page/tile';
import { initialState, reduce } from '../src/sdk/state';
import { words as en } from '../src/words/en';
import { listed, when } from '../src/words';
import { person, session } from './people';

const SRC = join(import.meta.dirname, '../src');

type Leaf = { path: string[]; text: string };

function leaves(node: unknown, path: string[] = []): Leaf[] {
  if (typeof node === 'string') return [{ path, text: node }];
  if (typeof node === 'function') return [{ path, text: String((node as (...args: string[]) => string)('Ana', '2', '3')) }];
  // The kinds of plural are for the grammar only.
  if (Array.isArray(node)) return [];
  return Object.entries(node as object).flatMap(([key, value]) => leaves(value, [...path, key]));
}

function sources(dir: string): string {
  return readdirSync(join(SRC, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(SRC, dir, name), 'utf8'))
    .join('\n');
}

describe('the catalogue', () => {
  it('has no empty entry and no loose space', () => {
    for (const { path, text } of leaves(en)) {
      expect(text.length, path.join('.')).toBeGreaterThan(0);
      expect(text, path.join('.')).toBe(text.trim());
    }
  });

  it('answers every refusal and problem with whole sentences', () => {
    const groups = [en.refusal, en.trying, en.linkProblem, en.cameraProblem, en.microphoneProblem, en.news, en.status];
    for (const { path, text } of groups.flatMap((group) => leaves(group)).filter(({ path }) => path[0] !== 'ok')) {
      expect(text, path.join('.')).toMatch(/^[A-Z].*[.?]$/);
    }
  });

  it('has no entry that no page says', () => {
    const pages = sources('page');
    // Entries chosen by a value of the protocol are covered by their types.
    const chosen = new Set(['role', 'presence', 'refusal', 'linkProblem', 'cameraProblem', 'microphoneProblem', 'news', 'tag', 'direction', 'signLanguage']);
    for (const { path } of leaves(en)) {
      const [group = '', key = ''] = path;
      if (chosen.has(group)) continue;
      const said = pages.includes(`words.${[group, key].filter(Boolean).join('.')}`) || pages.includes(`words.${group}[`) || pages.includes(`{words.${group}}`);
      expect(said, path.join('.')).toBe(true);
    }
  });

  it('holds all the words: no page has text of its own', () => {
    for (const name of readdirSync(join(SRC, 'page')).filter((file) => file.endsWith('.tsx'))) {
      const text = readFileSync(join(SRC, 'page', name), 'utf8');
      expect(text.match(/>\s*[A-Z][a-z]+ [a-z ]+[^<>{}]*</g), name).toBeNull();
      expect(text.match(/(aria-label|title|placeholder|alt)="/g), name).toBeNull();
    }
  });
});

describe('words', () => {
  it('write times and lists as people do', () => {
    const time = when(en, session.starts_at, session.ends_at);
    expect(time.day).toMatch(/Tuesday.*December 1|Tuesday.*1 December/);
    expect(time.from).toMatch(/\d{1,2}:\d{2}/);
    expect(listed(en, ['Ana', 'Ben', 'Chen'])).toBe('Ana, Ben, and Chen');
  });

  it('give each status of the link service a sentence', () => {
    expect([400, 404, 410, 422, 429, 500, 503].map((status) => linkProblem(status, ''))).toEqual(['unknown', 'unknown', 'over', 'unknown', 'too_many', 'fault', 'fault']);
    expect(linkProblem(410, '/problems/visit-cancelled')).toBe('cancelled');
    expect(linkProblem(410, '/problems/visit-over')).toBe('over');
  });

  it('shorten names to initials in any script', () => {
    expect(['Maria', 'Dr. Jane van Dyke', ' ', '李 小龍', 'ana-lucia  béla', 'ليلى منصور', 'ليلى'].map(initials)).toEqual(['M', 'DD', '', '李小', 'AB', 'ل م', 'ل']);
  });
});

describe('status', () => {
  const admitted = reduce(initialState(session), {
    t: 'welcome', you: 'me', role: 'patient', standing: 'admitted', can: [], starts_at: '', ends_at: '', opens_at: '', slots: { audio: 1, video: 1 }, media_up: false,
  });

  it('says whose picture is paused and why', () => {
    const people = [person('a', { display_name: 'Maria' }), person('b'), person('c', { sources: { microphone: true, camera: false, screen: false } })];
    const paused = (participant: string, cause: 'your_line' | 'not_shown', given: number | null) =>
      ({ participant, source: 'camera' as const, wanted: 1, given, motion: 'full' as const, cause });
    const state = { ...admitted, media: 'up' as const, people, deliveries: [paused('a', 'your_line', null), paused('b', 'your_line', 0), paused('c', 'your_line', null)] };
    expect(pausedNames(state)).toEqual(['Maria']);
    expect(pausedLine(state, en)).toBe('Your line is slow. The picture of Maria is paused so that the voices stay clear.');
    expect(pausedLine({ ...state, deliveries: [paused('a', 'not_shown', null)] }, en)).toBe('');
  });

  it('says one thing about a lost connection, not two', () => {
    expect(statusLines({ ...admitted, line: 'restoring', media: 'restoring' }, en)).toEqual([en.status.restoring]);
    expect(statusLines({ ...admitted, media: 'restoring' }, en)).toEqual([en.status.restoringMedia]);
    expect(statusLines({ ...admitted, media: 'up' }, en)).toEqual([]);
  });

  it('does not say of somebody whose line has died that they have left', () => {
    const maria = person('a', { display_name: 'Maria', presence: 'reconnecting' });
    const lost = 'Maria has lost the connection and may come back.';
    expect(statusLines({ ...admitted, media: 'up', people: [maria] }, en)).toEqual([lost]);
    const list = (people: Person[]) => ({ t: 'people' as const, people, staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false });
    const away = [list([person('a', { display_name: 'Maria' })]), list([maria])].reduce(reduce, admitted);
    expect(lastNews(away, en)).toBe(lost);
    expect(lastNews(reduce(away, list([])), en)).toBe('Maria has left.');
  });

  it('says what to do where a network lets nothing through, and where the line stays away', () => {
    expect(statusLines({ ...admitted, media: 'blocked' }, en)).toEqual([en.status.blocked]);
    expect((['joining', 'restoring', 'up', 'over'] as const).map((line) => callLine(line, en))).toEqual([en.status.call, en.status.call, '', '']);
  });

  it('asks for no second press where the page tries again by itself', () => {
    for (const to of ['hello', 'offer']) {
      expect(refusalLine({ to, code: 'fault' }, en)).toBe(en.trying.fault);
      expect(refusalLine({ to, code: 'server_full' }, en)).toBe(en.trying.full);
    }
    expect(refusalLine({ to: 'admit', code: 'fault' }, en)).toBe(en.refusal.fault);
    expect(refusalLine({ to: 'offer', code: 'bad_offer' }, en)).toBe(en.refusal.bad_offer);
  });
});

describe('sizes shown', () => {
  it('are whole device pixels within what a message can say', () => {
    expect([devicePixels(180.4, 2), devicePixels(0, 3), devicePixels(99_999, 1), devicePixels(-1, 1)]).toEqual([361, 0, 65_535, 0]);
  });
});
