// Steps of the ladder and what is said of them; how a picture is looked at. In: deliveries. Out: words. Never: a page.
import { describe, expect, it } from 'vitest';
import { drawn, type Looks, NO_LOOKS, withPinned, withSigning } from '../src/page/looks';
import { ownLine, soundLine } from '../src/page/status';
import type { Cause, Delivery, Motion } from '../src/protocol';
import { stepAndReason, trouble } from '../src/sdk/ladder';
import { RUNGS } from '../src/sdk/rung';
import { initialState } from '../src/sdk/state';
import { words as en } from '../src/words/en';
import type { Picture } from '../src/sdk/slots';
import { person, session } from './people';

const delivery = (wanted: number, given: number | null, motion: Motion = 'full', cause: Cause = 'your_line'): Delivery =>
  ({ participant: 'a', source: 'camera', wanted, given, motion, cause });

describe('a picture', () => {
  it.each([
    ['as wanted', delivery(2, 2, 'full', 'as_wanted'), ''],
    ['one size smaller', delivery(2, 1), ''],
    ['half of the frames', delivery(1, 1, 'half'), ''],
    ['two sizes smaller', delivery(2, 0), 'small/your_line'],
    ['a few frames', delivery(2, 0, 'slow'), 'slow/your_line'],
    ['a still', delivery(2, 0, 'still'), 'still/your_line'],
    ['paused', delivery(2, null, 'still'), 'paused/your_line'],
    ['paused on the other side', delivery(0, null, 'full', 'their_side'), 'paused/their_side'],
    ['saved', delivery(2, 0, 'slow', 'data_saver'), 'slow/data_saver'],
    ['too much for the server', delivery(0, null, 'full', 'the_server'), 'paused/the_server'],
    ['not looked at', delivery(0, null, 'full', 'not_shown'), ''],
    ['about to come', delivery(2, null, 'full', 'as_wanted'), ''],
    ['for a reason of the future', delivery(2, null, 'full', 'moonlight' as Cause), ''],
  ] as const)('%s', (_, given, told) => {
    expect(trouble(given)).toBe(told);
  });

  it('that does not move is one that does not come, whatever the server has seen of it', () => {
    expect(trouble(delivery(1, 0, 'full', 'their_side'), true)).toBe('paused/their_side');
    expect(trouble(delivery(1, 1, 'full', 'as_wanted'), true)).toBe('paused/their_side');
    expect(trouble(delivery(1, 0, 'slow', 'your_line'), true)).toBe('paused/your_line');
    expect(trouble(delivery(1, 0, 'still', 'your_line'), true)).toBe('still/your_line');
    expect(trouble(delivery(1, null, 'full', 'data_saver'), true)).toBe('paused/data_saver');
    expect(trouble(null, true)).toBe('');
  });

  it('that nobody has spoken of is in no trouble', () => {
    expect(trouble(null)).toBe('');
  });

  it('in trouble has a sentence for what and for why', () => {
    for (const [step, reason] of (['small/your_line', 'slow/their_side', 'still/data_saver', 'paused/the_server'] as const).map(stepAndReason)) {
      for (const text of [en.pictureStep[step], en.screenStep[step], en.because[reason]]) expect(text).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('the person’s own line', () => {
  it('is spoken of only where others get less of them', () => {
    const said = RUNGS.map((givenUp) => ownLine({ ...initialState(session), givenUp }, en));
    expect(said[0]).toBe('');
    for (const line of said.slice(1)) expect(line).toMatch(/^Your line is .* so others .*\.$/);
    // Their microphone may be off.
    for (const line of said) expect(line).not.toMatch(/hear/);
  });

  it('is spoken of in how voices come', () => {
    const state = { ...initialState(session), media: 'up' as const };
    expect((['plain', 'protected', 'thin'] as const).map((sound) => soundLine({ ...state, sound }, en))).toEqual(['', en.sound.protected, en.sound.thin]);
    expect(soundLine({ ...state, sound: 'thin', media: 'restoring' }, en)).toBe('');
  });
});

describe('how pictures are looked at', () => {
  const picture = (name: string, source: 'camera' | 'screen' = 'camera'): Picture =>
    ({ key: `${name}/${source}`, person: person(name), source, mid: null, speaking: false, delivery: null });
  const [a, b] = [picture('a'), picture('b')];
  const large = (looks: Looks, signers: string[] = []) => [a, b].filter((each) => drawn(looks, each, signers).pinned).map(({ key }) => key);
  const signing = (looks: Looks, signers: string[] = []) => [a, b].filter((each) => drawn(looks, each, signers).signing).map(({ key }) => key);

  it('one is large at a time', () => {
    const first = withPinned(NO_LOOKS, a.key, true);
    expect([large(NO_LOOKS), large(first), large(withPinned(first, b.key, true)), large(withPinned(first, a.key, false))]).toEqual([[], [a.key], [b.key], []]);
  });

  it('any number may be signing', () => {
    const both = withSigning(withSigning(NO_LOOKS, a.key, true), b.key, true);
    expect(signing(both)).toEqual([a.key, b.key]);
    expect(signing(withSigning(both, a.key, false))).toEqual([b.key]);
  });

  it('whose hands are read is large and smooth by itself, until the person chooses otherwise', () => {
    expect([large(NO_LOOKS, ['a']), signing(NO_LOOKS, ['a'])]).toEqual([[a.key], [a.key]]);
    expect(drawn(NO_LOOKS, picture('a', 'screen'), ['a'])).toEqual({ pinned: false, signing: false });
    expect(large(withPinned(NO_LOOKS, b.key, true), ['a']), 'another is large').toEqual([b.key]);
    expect(large(withPinned(NO_LOOKS, a.key, false), ['a']), 'none is').toEqual([]);
    expect(signing(withPinned(NO_LOOKS, b.key, true), ['a']), 'and smooth all the same').toEqual([a.key]);
    expect(signing(withSigning(NO_LOOKS, a.key, false), ['a'])).toEqual([]);
  });
});
