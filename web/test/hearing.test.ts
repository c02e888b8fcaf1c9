// Who is heard how loud, and how one loudness becomes another. In: levels, sliders, moments. Out: gains and sentences. Never: sound; that is e2e/channels.test.ts.
import { describe, expect, it } from 'vitest';
import { turnLine } from '../src/page/booth';
import { heardLine, standardsLines } from '../src/page/hearing';
import type { Channel, Level } from '../src/protocol';
import {
  BALANCE_INTERPRETER, BALANCE_ORIGINAL, BALANCE_USUAL, facing, gain, gainOf, heardChannel, type Hearing, isInterpreted, relays, tonguesOf, turnOf,
} from '../src/sdk/hearing';
import { RAMP_S, SILENCE, still, towards, valueAt } from '../src/sdk/ramp';
import { initialState, reduce } from '../src/sdk/state';
import { ownName } from '../src/words';
import { words as en } from '../src/words/en';
import { person, session } from './people';

const LEVELS: Level[] = ['silent', 'ducked', 'full'];
const STEPS = Array.from({ length: 101 }, (_, balance) => balance);
const db = (value: number) => 20 * Math.log10(value);

const channel = (language: string, active: string | null, over: Partial<Channel> = {}): Channel => ({ language, signed: false, active, awaited: null, passive: [], ...over });
const spanish = (active: string | null, passive: string[] = []): Channel => channel('es', active, { passive });
const hearing = (over: Partial<Hearing> = {}): Hearing => ({
  mode: 'simultaneous', channels: [channel('en', null), spanish('ines')], listens: 'es',
  levelByPerson: { vera: 'ducked', ines: 'full', ivo: 'silent' }, direction: null, offeredBy: null, signLanguages: { ase: 'American Sign Language (ASL)' }, signers: [], worked: null, ...over,
});

describe('a gain', () => {
  it('puts the original 18 dB under the interpreter', () => {
    expect(gain('ducked', false, BALANCE_USUAL)).toBeCloseTo(0.126, 3);
    expect(gain('full', true, BALANCE_USUAL)).toBe(1);
    expect(gain('full', false, BALANCE_USUAL)).toBe(1);
  });

  it('is never louder than the voice, and never anything where nobody is to be heard', () => {
    for (const balance of STEPS) {
      for (const interprets of [true, false]) {
        for (const level of LEVELS) {
          const value = gain(level, interprets, balance);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(gain('silent', interprets, balance)).toBe(0);
      }
      expect(gain('full', false, balance), 'of somebody who is understood without help').toBe(1);
    }
  });

  it('follows the slider: one gives way to the other, and never the wrong one', () => {
    expect([gain('ducked', false, BALANCE_ORIGINAL), gain('full', true, BALANCE_ORIGINAL)].map((value) => Math.round(db(value)))).toEqual([0, -18]);
    expect([gain('ducked', false, BALANCE_INTERPRETER), gain('full', true, BALANCE_INTERPRETER)]).toEqual([0, 1]);
    for (const balance of STEPS.slice(1)) {
      expect(gain('ducked', false, balance)).toBeLessThan(gain('ducked', false, balance - 1));
      expect(gain('full', true, balance)).toBeGreaterThanOrEqual(gain('full', true, balance - 1));
    }
  });

  it('is of a person what the server said of them', () => {
    const gains = (one: Hearing | null, balance = BALANCE_USUAL) => ['vera', 'ines', 'ivo', 'new'].map((id) => Number(gainOf(one, id, balance).toFixed(3)));
    expect(gains(hearing())).toEqual([0.126, 1, 0, 1]);
    expect(gains(null)).toEqual([1, 1, 1, 1]);
    expect(gains(hearing(), BALANCE_ORIGINAL)).toEqual([1, 0.126, 0, 1]);
    // In turn nobody speaks into a channel: the slider moves nobody.
    expect(gains(hearing({ mode: 'consecutive', levelByPerson: {} }), BALANCE_ORIGINAL)).toEqual([1, 1, 1, 1]);
  });
});

describe('a ramp', () => {
  const MILLISECONDS = Array.from({ length: 401 }, (_, ms) => ms / 1_000);

  it('goes evenly to the ear from the one to the other', () => {
    for (const [from, to] of [[1, 0.126], [0.126, 1], [1, 0], [0, 1], [0.126, 0]] as const) {
      const ramp = towards(still(from), to, 0);
      const values = MILLISECONDS.map((s) => valueAt(ramp, s));
      expect([values[0], values[values.length - 1]]).toEqual([from, to]);
      const steps = values.slice(1).map((value, at) => Math.abs(db(Math.max(SILENCE, value)) - db(Math.max(SILENCE, values[at] ?? 0))));
      // Sixty decibels in a fifth of a second at most.
      expect(Math.max(...steps)).toBeLessThan(0.31);
    }
  });

  it('is taken from wherever it is when another begins', () => {
    const down = towards(still(1), 0.126, 0);
    const half = valueAt(down, RAMP_S / 2);
    expect(db(half)).toBeCloseTo(-9, 1);
    const up = towards(down, 1, RAMP_S / 2);
    expect(valueAt(up, RAMP_S / 2)).toBe(half);
    expect(valueAt(up, 2 * RAMP_S)).toBe(1);
  });
});

describe('what the page knows of hearing', () => {
  const told = { t: 'hearing' as const, mode: 'simultaneous' as const, channels: [spanish('ines')], listens: 'es', heard: [{ participant: 'vera', level: 'ducked' as const }], direction: null, offered_by: 'ivo', sign_languages: [{ language: 'ase', name: 'ASL' }], signers: [], worked: null };

  it('is what it was told last', () => {
    expect(initialState(session).hearing).toBeNull();
    const state = [told, { ...told, listens: null }].reduce(reduce, initialState(session));
    expect(state.hearing).toEqual({ mode: 'simultaneous', channels: [spanish('ines')], listens: null, levelByPerson: { vera: 'ducked' }, direction: null, offeredBy: 'ivo', signLanguages: { ase: 'ASL' }, signers: [], worked: null });
  });

  it('is the channel that somebody speaks into', () => {
    expect(heardChannel(hearing())?.active).toBe('ines');
    expect(heardChannel(hearing({ mode: 'consecutive' }))).toBeNull();
    expect(heardChannel(hearing({ listens: 'en' }))).toBeNull();
    expect(heardChannel(hearing({ listens: null }))).toBeNull();
    const hands = hearing({ listens: 'ase', channels: [channel('ase', 'ines', { signed: true })] });
    expect(heardChannel(hands), 'no voice is lowered under hands').toBeNull();
  });

  it('matters from when an interpreter is there', () => {
    const ines = person('ines', { role: 'interpreter' });
    const known = (one: Hearing | null, people = [person('vera')], can: string[] = []) => isInterpreted({ hearing: one, people, can });
    expect(known(null, [ines])).toBe(false);
    expect(known(hearing({ channels: [] }))).toBe(false);
    expect(known(hearing({ channels: [] }), [{ ...ines, presence: 'expected' }])).toBe(false);
    expect(known(hearing({ channels: [] }), [ines])).toBe(true);
    expect(known(hearing())).toBe(true);
    expect(known(hearing({ channels: [] }), [], ['interpret'])).toBe(true);
  });

  it('is said in plain words', () => {
    const people = [person('ines', { display_name: 'Ines' })];
    const say = (over: Partial<Hearing>) => heardLine(hearing(over), people, en);
    expect(say({})).toBe('You hear Ines (Spanish). The others are quieter.');
    expect(say({ listens: 'en' })).toBe('Nobody interprets into this language at the moment (English): you hear everybody.');
    expect(say({ listens: null })).toBe(en.hearing.onFloor);
    expect(say({ mode: 'consecutive' })).toBe(en.hearing.inTurn);
    expect(say({ channels: [channel('es', null, { awaited: 'ines' })] })).toBe('Ines has lost the connection. You hear everybody as they speak until somebody interprets again.');
    const hands = { listens: 'ase', channels: [channel('ase', 'ines', { signed: true })], signers: ['ines'] };
    for (const mode of ['consecutive', 'simultaneous'] as const) {
      expect(say({ ...hands, mode })).toBe('You see Ines large (American Sign Language (ASL)). The voices are as they are.');
    }
    expect(say({ ...hands, signers: [] })).toBe('Nobody interprets into this language at the moment (American Sign Language (ASL)): you hear everybody.');
  });

  it('tells staff whose line is not as it should be, and why', () => {
    const people = [person('ines', { display_name: 'Ines' })];
    const good = { number: 3, verdict: 'met' as const, not_met: [] };
    const bad = { number: 1, verdict: 'not_met' as const, not_met: ['smooth_permille' as const, 'prompt_permille' as const] };
    const say = (...four: (typeof good | typeof bad)[]) => standardsLines({ standards: [{ interpreter: 'ines', standards: four }], people }, en);
    expect(say(bad, good)).toEqual(['Line of Ines: The picture stands still at times. Voices come late.']);
    expect(say(good)).toEqual([]);
  });
});

describe('an interpreter', () => {
  const direction = { from: 'en', into: 'es' };
  const turn = (over: Partial<Hearing>) => turnLine(turnOf(hearing(over), 'me'), hearing(over), { people: [person('ines', { display_name: 'Ines' })] }, en);

  it('speaks or rests', () => {
    expect(turn({})).toBe(en.booth.none);
    expect(turn({ direction, channels: [spanish('me')] })).toBe(en.booth.speaks);
    expect(turn({ direction, channels: [spanish('ines', ['me'])] })).toBe('Ines speaks now. You rest, and nobody hears you.');
    expect(turn({ direction, mode: 'consecutive' })).toBe(en.booth.inTurn);
    expect(turn({ direction, channels: [channel('es', null, { awaited: 'me' })] })).toBe(en.status.connecting);
    const free = { direction, channels: [channel('es', null, { awaited: 'ines' })] };
    expect(turn(free)).toBe('Ines has lost the connection. Nobody interprets at the moment; you can take over.');
    expect(turn({ direction: { from: 'en', into: 'ase' }, channels: [channel('ase', 'me', { signed: true })] })).toBe(en.booth.signs);
  });

  it('may listen to another channel that is spoken into, never to their own', () => {
    const channels = [spanish('me'), channel('ru', 'ines'), channel('en', null)];
    const offered = (over: Partial<Hearing>) => relays(hearing({ channels, direction, listens: null, ...over }), 'me').map(({ language }) => language);
    expect(offered({})).toEqual(['ru']);
    expect(offered({ listens: 'en' })).toEqual(['ru', 'en']);
    expect(offered({ direction: { from: 'es', into: 'ru' } })).toEqual([]);
  });

  it('looks at the patient and at whoever leads', () => {
    const [maria, tomas] = [person('maria', { role: 'patient' }), person('tomas')];
    const [vera, otto] = [person('vera', { role: 'clinician' }), person('otto', { role: 'clinician', leads: true })];
    expect(facing([vera, tomas, maria, otto])).toEqual(['maria', 'otto']);
    expect(facing([vera, tomas])).toEqual(['tomas', 'vera']);
    expect(facing([{ ...maria, presence: 'expected' }, vera])).toEqual(['vera']);
  });
});

describe('languages', () => {
  it('are told apart as they are heard, and call themselves by their own names', () => {
    expect(tonguesOf(['de-AT', 'DE', 'zh-Hans', '', 'zh'])).toEqual(['de', 'zh']);
    expect(['es', 'en', 'ar', 'uk'].map(ownName)).toEqual(['Español', 'English', 'العربية', 'Українська']);
    expect(ownName('not a language')).toBe('not a language');
    // A sign language is one however it is written, and as the server has it.
    expect(tonguesOf(['sgn-US', 'ase', 'sgn-ase-US', 'sgn-DE'])).toEqual(['ase', 'gsg']);
    expect(tonguesOf(['sgn-'])).toEqual(['sgn']);
  });
});
