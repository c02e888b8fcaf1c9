// The languages: each whole, each in its own words and plurals. In: the catalogues. Out: what is missing, or was left in English. Never: judges style.
import { describe, expect, it } from 'vitest';
import { FIRST_SETTINGS, marks, wishes } from '../src/page/settings';
import { duration, listed, nativeName, TONGUES, tongueOf, type Words, wordsOf } from '../src/words';
import { words as en } from '../src/words/en';
import { sentences, shape } from './catalogue';

/** What a language may share with English, where the word is the same in it. */
const SAME: Record<string, readonly string[]> = {
  de: ['asks.code', 'lesson.film'],
  es: ['asks.refuse', 'asks.refuseOf', 'asks.aloneNo'],
  fr: ['asks.code'],
};
/** Made of nothing but what is put in, and what is no word. */
const SAME_ANYWHERE = ['teach.about', 'direction'];

/** How often something is counted: more than any visit has, and one that Spanish and French have a form of its own for. */
const COUNTS = [...Array.from({ length: 201 }, (_, count) => count), 1_000_000];

const all: [string, Words][] = await Promise.all(TONGUES.map(async (tongue): Promise<[string, Words]> => [tongue, await wordsOf(tongue)]));

describe('the languages', () => {
  it('are those there are files of, each by its own name', () => {
    expect([...TONGUES].sort()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'zh-Hans']);
    expect(TONGUES.map(nativeName).sort()).toEqual(['Deutsch', 'English', 'Español', 'Français', 'العربية', '简体中文'].sort());
  });

  it.each(all)('say all there is to say: %s', (tongue, words) => {
    expect(shape(words)).toEqual(shape(en));
    expect(words.tag).toBe(tongue);
    for (const [path, text] of sentences(words)) {
      expect(text.trim(), path).toBe(text);
      expect(text.length, path).toBeGreaterThan(0);
    }
  });

  it.each(all.filter(([tongue]) => tongue !== 'en'))('leave nothing in English: %s', (tongue, words) => {
    const english = new Map(sentences(en));
    const same = sentences(words).filter(([path, text]) => english.get(path) === text).map(([path]) => path);
    const allowed = [...SAME_ANYWHERE, ...(SAME[tongue] ?? [])];
    expect(same.filter((path) => !allowed.includes(path))).toEqual([]);
    expect((SAME[tongue] ?? []).filter((path) => !same.includes(path)), 'allowed, but not needed').toEqual([]);
  });

  it.each(all)('know every form of the plural: %s', (tongue, words) => {
    expect([...words.plurals].sort()).toEqual([...new Intl.PluralRules(tongue).resolvedOptions().pluralCategories].sort());
    const counted = [words.queue.wait, words.asks.noMatch, words.plan.longer, words.people.waitMany, (count: number) => words.status.paused('Ana', count)];
    for (const say of counted) {
      for (const count of COUNTS) expect(say(count)).toMatch(/\S/);
    }
  });

  it.each(all)('end their sentences: %s', (_, words) => {
    for (const group of [words.refusal, words.trying, words.linkProblem, words.cameraProblem, words.microphoneProblem, words.news]) {
      for (const [path, text] of sentences(group)) expect(text, path).toMatch(/[.?。？؟]$/);
    }
  });

  it('count as people do', async () => {
    const arabic = await wordsOf('ar');
    const said = [1, 2, 3, 11, 100].map(arabic.queue.wait);
    expect(said.map((text) => /دقيقتين|دقائق|دقيقة/.exec(text)?.[0])).toEqual(['دقيقة', 'دقيقتين', 'دقائق', 'دقيقة', 'دقيقة']);
    expect(said.map((text) => /\d+/.exec(text)?.[0])).toEqual([undefined, undefined, '3', '11', '100']);
    expect((await wordsOf('de')).queue.wait(1)).toBe('Es dauert etwa eine Minute.');
    expect((await wordsOf('de')).queue.wait(5)).toBe('Es dauert etwa 5 Minuten.');
  });

  it('keep a Latin name from turning a line from right to left round', async () => {
    const arabic = await wordsOf('ar');
    expect(arabic.direction).toBe('rtl');
    expect(arabic.news.gone('Dr. Vera Lindt')).toContain('\u2068Dr. Vera Lindt\u2069');
    expect(listed(arabic, ['Ana', 'Ben'])).toBe('\u2068Ana\u2069 و\u2068Ben\u2069');
    expect(listed(en, ['Ana', 'Ben'])).toBe('Ana and Ben');
    expect(duration(arabic, 65_000)).toBe('1:05');
  });
});

/** What a button shows, and what those hear of it who do not see whom it is about. */
function spoken({ people, checks, asks, teach, look }: Words): [string, string][] {
  return [
    [people.write, people.writeName('Ana')], [people.hold, people.holdName('Ana')], [people.confidential, people.confidentialName('Ana')],
    [people.back, people.backName('Ana')], [people.newLink, people.newLinkName('Ana')], [people.handOver, people.handOverName('Ana')],
    [people.admit, people.admitName('Ana')], [people.decline, people.declineName('Ana')], [people.remove, people.removeName('Ana')],
    [checks.checked, checks.checkedName('Ana')], [checks.skip, checks.skipName('Ana')],
    [asks.agree, asks.agreeTo('Ana')], [asks.refuse, asks.refuseOf('Ana')], [asks.takeBack, asks.takeBackOf('Ana')],
    [teach.play, teach.playName('Ana')], [teach.lobby, teach.lobbyName('Ana')],
    [look.open, look.of('Ana')], [look.open, look.ofScreen('Ana')],
  ];
}

describe('whoever speaks to their device', () => {
  it.each(all)('says what stands on the button, and it is found: %s', (_, words) => {
    for (const [shown, heard] of spoken(words)) expect(heard.toLowerCase()).toContain(shown.toLowerCase());
  });
});

describe('the language chosen', () => {
  it('is the first wished for that there is, whatever its region', () => {
    expect(tongueOf(['xx-YY', 'de-AT', 'en'])).toBe('de');
    expect(tongueOf(['zh-CN'])).toBe('zh-Hans');
    expect(tongueOf(['ZH-hans'])).toBe('zh-Hans');
    expect(tongueOf(['pt-BR'])).toBe('en');
    expect(tongueOf([])).toBe('en');
  });

  it('is the person’s own choice, then the visit’s, then the browser’s', () => {
    expect(wishes({ language: 'ar' }, 'de', ['fr'])).toEqual(['ar', 'de', 'fr']);
    expect(wishes({ language: null }, 'de', ['fr', 'en'])).toEqual(['de', 'fr', 'en']);
    expect(wishes(FIRST_SETTINGS, null, ['fr'])).toEqual(['fr']);
  });
});

describe('how the page looks', () => {
  it('follows the person, and in contrast also the device', () => {
    expect(marks(FIRST_SETTINGS, false)).toEqual({ text: 'normal', contrast: 'usual', light: 'device' });
    expect(marks(FIRST_SETTINGS, true).contrast).toBe('more');
    expect(marks({ ...FIRST_SETTINGS, contrast: 'more', light: 'dark', text: 'largest' }, false)).toEqual({ text: 'largest', contrast: 'more', light: 'dark' });
  });
});
