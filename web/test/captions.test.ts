// Live captions. In: lines, keys, pauses, a clock by hand. Out: what is read, what goes out when, how far behind it is. Never: a network.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CAPTION_CHARS_MAX, CAPTIONS_PER_SECOND, type CaptionLine, type ClientMessage } from '../src/protocol';
import { Captioner, cut } from '../src/sdk/captioner';
import { captionReaders, captionsFor, directionOf, isCaptioned, withCaption } from '../src/sdk/captions';
import { happened } from '../src/sdk/happened';
import { behind, heard, holdsWord, type Lag, NO_LAG, wrote } from '../src/sdk/lag';
import { stage } from '../src/sdk/slots';
import { initialState, reduce, type VisitState } from '../src/sdk/state';
import { person, session } from './people';

const line = (number: number, text: string, over: Partial<CaptionLine> = {}): CaptionLine =>
  ({ from: 'cap', language: 'en', number, text, done: false, at_ms: 1, ...over });
const texts = (lines: CaptionLine[]) => lines.map(({ text }) => text);

describe('the lines one reads', () => {
  it('stand where they began, as they are now, and are gone when they were taken back', () => {
    const lines = [line(1, 'Good'), line(2, 'Se', { from: 'other' }), line(1, 'Good morning'), line(2, 'How')].reduce(withCaption, [] as CaptionLine[]);
    expect(texts(lines)).toEqual(['Good morning', 'Se', 'How']);
    expect(texts(withCaption(lines, line(1, '')))).toEqual(['Se', 'How']);
    expect(texts(withCaption(lines, line(9, '')))).toEqual(texts(lines));
  });

  it('do not grow without end, and the newest stay', () => {
    const lines = Array.from({ length: 200 }, (_, number) => line(number, `line ${number}`)).reduce(withCaption, [] as CaptionLine[]);
    expect(lines.length).toBe(50);
    expect(lines[lines.length - 1]?.text).toBe('line 199');
  });

  it('are of those who write in one’s own language now, where somebody does, else of all', () => {
    const both = [line(1, 'Good'), line(2, 'Bueno', { from: 'noa', language: 'es-MX' })];
    expect(texts(captionsFor(both, 'es'))).toEqual(['Bueno']);
    expect(texts(captionsFor(both, 'de'))).toEqual(['Good', 'Bueno']);
    // One who goes on in another language is read on.
    const turned = [...both, line(3, 'Gut', { language: 'de' })];
    expect(texts(captionsFor(turned, 'en'))).toEqual(['Good', 'Bueno', 'Gut']);
    expect(texts(captionsFor(turned, 'de'))).toEqual(['Good', 'Gut']);
  });

  it('run the way their language is written', () => {
    expect(['ar', 'ar-EG', 'he', 'UR', 'fa'].map(directionOf)).toEqual(['rtl', 'rtl', 'rtl', 'rtl', 'rtl']);
    expect(['en', 'de-AT', 'zh-Hans', '', 'arn'].map(directionOf)).toEqual(['ltr', 'ltr', 'ltr', 'ltr', 'ltr']);
  });
});

describe('what the page knows of captions', () => {
  const told = (state: VisitState, text: string) => reduce(state, { t: 'caption', line: line(1, text) });
  const people = (over: Partial<Extract<Parameters<typeof reduce>[1], { t: 'people' }>>) =>
    ({ t: 'people' as const, people: [person('cap', { role: 'captioner' })], staff_here: true, apart: null, in_sidebar: false, leads: false, voice_only: false, ...over });

  it('is told as it changes', () => {
    const before = initialState(session);
    const now = told(before, 'Good');
    expect(happened(before, now)).toEqual([{ name: 'captions', detail: [line(1, 'Good')] }]);
    expect(happened(now, reduce(now, { t: 'pong' }))).toEqual([]);
  });

  it('stays in the circle it was said in', () => {
    const here = reduce(told(initialState(session), 'Good'), people({}));
    expect(texts(here.captions)).toEqual(['Good']);
    expect(reduce(here, people({ apart: 'hold' })).captions).toEqual([]);
    expect(reduce(here, people({ in_sidebar: true })).captions).toEqual([]);
  });

  it('matters while there is somebody who writes, or something to read', () => {
    const alone = initialState(session);
    expect(isCaptioned(alone)).toBe(false);
    expect(isCaptioned(told(alone, 'Good'))).toBe(true);
    expect(isCaptioned({ ...alone, can: ['caption'] })).toBe(true);
    expect(isCaptioned(reduce(alone, people({})))).toBe(true);
    expect(isCaptioned(reduce(alone, people({ people: [person('cap', { role: 'captioner', presence: 'expected' })] })))).toBe(false);
  });

  it('can be read by those who are together with the writer', () => {
    const all = [person('maria'), person('held', { apart: 'hold' }), person('confers', { in_sidebar: true }), person('waits', { presence: 'waiting' })];
    const ids = (over: object) => captionReaders({ people: all, apart: null, inSidebar: false, ...over }).map(({ participant }) => participant);
    expect(ids({})).toEqual(['maria']);
    expect(ids({ inSidebar: true })).toEqual(['confers']);
    expect(ids({ apart: 'consent' })).toEqual([]);
  });

  it('shows no face of whoever writes', () => {
    const known = { people: [person('maria'), person('cap', { role: 'captioner' })], boundByMid: {}, speakers: [], deliveries: [], voiceOnly: false };
    expect(stage(known).faces.map(({ person: { participant } }) => participant)).toEqual(['maria']);
  });
});

describe('what is written', () => {
  it('is cut at each Enter', () => {
    expect(cut('Good')).toEqual({ done: [], rest: 'Good' });
    expect(cut('Good morning.\n')).toEqual({ done: ['Good morning.'], rest: '' });
    expect(cut('One.\r\nTwo.\nThr')).toEqual({ done: ['One.', 'Two.'], rest: 'Thr' });
    expect(cut('\n \n\n')).toEqual({ done: [], rest: '' });
    expect(cut('a\tb\u0007c')).toEqual({ done: [], rest: 'a b c' });
  });

  it('is parted between words where it is too long for the server, and nothing of it is lost', () => {
    const words = Array.from({ length: 90 }, (_, count) => `word${count}`).join(' ');
    const { done, rest } = cut(words);
    expect([...done, rest].join(' ')).toBe(words);
    const unbroken = `${'a'.repeat(CAPTION_CHARS_MAX - 1)}\u{1f600}${'b'.repeat(2 * CAPTION_CHARS_MAX)}`;
    const parts = cut(unbroken);
    expect([...parts.done, parts.rest].join('')).toBe(unbroken);
    for (const part of [...done, rest, ...parts.done, parts.rest]) {
      expect(part.length).toBeLessThanOrEqual(CAPTION_CHARS_MAX);
      expect(part).not.toMatch(/[\ud800-\udbff]$|^[\udc00-\udfff]/);
    }
  });
});

type Sent = Extract<ClientMessage, { t: 'caption' }>;

describe('a captioner’s way out', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function captioner(): { captioner: Captioner; sent: Sent[]; atMs: number[] } {
    const sent: Sent[] = [];
    const atMs: number[] = [];
    const made = new Captioner((message) => {
      sent.push(message);
      atMs.push(performance.now());
    }, 'en', 5_000_000);
    return { captioner: made, sent, atMs };
  }
  const said = (sent: Sent[]) => sent.map(({ text, done }) => (done ? `${text}¶` : text));

  it('is taken by the first word at once, and by what follows no more often than the server takes', () => {
    const { captioner: one, sent, atMs } = captioner();
    for (let letters = 1; letters <= 60; letters += 1) {
      one.write('abcdefghij '.repeat(6).slice(0, letters));
      vi.advanceTimersByTime(20);
    }
    vi.runAllTimers();
    expect(sent[0]?.text).toBe('a');
    expect(sent[sent.length - 1]?.text).toBe('abcdefghij '.repeat(6).slice(0, 60).trim());
    const gaps = atMs.slice(1).map((at, index) => at - (atMs[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000 / CAPTIONS_PER_SECOND);
    expect(new Set(sent.map(({ number }) => number))).toEqual(new Set([5_000]));
  });

  it('gives finished lines in their order, each with a number of its own, and then what is begun', () => {
    const { captioner: one, sent } = captioner();
    expect(one.write('One.\nTwo.\nThr')).toBe('Thr');
    vi.runAllTimers();
    expect(said(sent)).toEqual(['One.¶', 'Two.¶', 'Thr']);
    expect(sent.map(({ number }) => number)).toEqual([5_000, 5_001, 5_002]);
    expect(one.write('Three.\n')).toBe('');
    vi.runAllTimers();
    expect(said(sent).slice(3)).toEqual(['Three.¶']);
    expect(sent[3]?.number).toBe(5_002);
  });

  it('says nothing twice, and takes back what was deleted', () => {
    const { captioner: one, sent } = captioner();
    for (const text of ['Good', 'Good ', 'Good', '', '']) {
      one.write(text);
      vi.runAllTimers();
    }
    expect(said(sent)).toEqual(['Good', '']);
  });

  it('rests while there is no way, and then goes on with everything', () => {
    const { captioner: one, sent } = captioner();
    one.write('One.\n');
    one.rest();
    vi.runAllTimers();
    expect(sent).toEqual([]);
    one.write('Tw');
    one.again();
    vi.runAllTimers();
    expect(said(sent)).toEqual(['One.¶', 'Tw']);
    one.again();
    vi.runAllTimers();
    expect(said(sent)).toEqual(['One.¶', 'Tw', 'Tw']);
  });

  it('writes in the language that was chosen last', () => {
    const { captioner: one, sent } = captioner();
    one.speak('es');
    one.write('Bueno\n');
    vi.runAllTimers();
    expect(sent.map(({ language }) => language)).toEqual(['es']);
  });
});

describe('how far behind captions are', () => {
  /** Somebody speaks from `from` to `to`. */
  const spoke = (lag: Lag, from: number, to: number) => heard(heard(lag, true, from), false, to);

  it('is from the first sound after a pause to the first word after it, and half the way there and back', () => {
    const begun = heard(NO_LAG, true, 10_000);
    expect(behind(begun, 40)).toBeNull();
    const first = wrote(begun, 11_500, 12_600);
    expect(behind(first, 0)).toBe(2_600);
    expect(behind(first, 80)).toBe(2_640);
  });

  it('does not count words of what was said before', () => {
    const lag = heard(spoke(NO_LAG, 10_000, 14_000), true, 20_000);
    const before = wrote(heard(NO_LAG, true, 10_000), 10_500, 11_000);
    expect(behind(before, 0)).toBe(1_000);
    // A line begun before somebody began again.
    expect(wrote(lag, 9_000, 21_000)).toBe(lag);
  });

  it('takes a breath for no beginning', () => {
    const once = wrote(spoke(NO_LAG, 10_000, 12_000), 12_500, 13_000);
    const breath = heard(once, true, 12_300);
    expect(breath.begunAt).toBeNull();
    expect(wrote(breath, 13_200, 13_500).took).toEqual([3_000]);
    const pause = heard(once, true, 15_000);
    expect(wrote(pause, 15_500, 16_000).took).toEqual([3_000, 1_000]);
  });

  it('counts from the first of several beginnings that nothing was written of', () => {
    const lag = heard(spoke(NO_LAG, 10_000, 11_000), true, 13_000);
    expect(wrote(lag, 13_500, 14_000).took).toEqual([4_000]);
  });

  it('forgets a cough that nobody wrote down', () => {
    const cough = spoke(NO_LAG, 10_000, 10_500);
    expect(wrote(cough, 39_000, 40_000)).toEqual({ ...cough, begunAt: null });
    const later = heard(cough, true, 50_000);
    expect(wrote(later, 51_000, 52_000).took).toEqual([2_000]);
  });

  it('is the middle of the last few', () => {
    const lag = [9_000, 1_000, 2_000, 30, 3_000, 2_500].reduce((known, took, index) => {
      const at = 60_000 * (index + 1);
      return heard(wrote(heard(known, true, at), at, at + took), false, at + took);
    }, NO_LAG);
    expect(lag.took).toEqual([1_000, 2_000, 30, 3_000, 2_500]);
    expect(behind(lag, 0)).toBe(2_000);
  });

  it('is of a whole word, whatever a word is in that language', () => {
    expect(['', 'G', 'Good', 'Good m', '早', 'สวัสดี'].map((text) => holdsWord(text, false))).toEqual([false, false, false, true, true, true]);
    expect([holdsWord('Yes', true), holdsWord('', true)]).toEqual([true, false]);
  });
});
