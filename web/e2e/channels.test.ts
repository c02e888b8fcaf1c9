// Interpretation as it is heard. In: a patient, a clinician and interpreters, each with a tone of their own. Out: who hears whom how loud, in decoded samples. Never: a level that is only said.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, PHONE, type Window } from './browser';
import { WAITING } from './cast';
import { Person } from './person';
import type { ServerMessage } from '../src/protocol';
import { type Planned, Server, type Wanted } from './server';
import { addedByMixer } from './delay';
import { holding } from './held';
import { hum, largestStep, type Loudness, median, mixOf, PITCHES } from './tones';
import { everybodyCanUse } from './usable';
import { words as en } from '../src/words/en';

const PEOPLE: Wanted[] = [
  { role: 'clinician', display_name: 'Dr. Vera Lindt', language: 'en' },
  { role: 'patient', display_name: 'Maria Berg', language: 'es' },
  { role: 'interpreter', display_name: 'Jun Arai', language: 'en' },
  { role: 'interpreter', display_name: 'Noa Ferro', language: 'en' },
  { role: 'family', display_name: 'Lena Berg', language: 'fr' },
];
const NAMES = ['vera', 'maria', 'jun', 'noa', 'lena'] as const;
type Name = (typeof NAMES)[number];
const SMALLEST = { width: 320, height: 180, colour: 'rgb(90, 120, 90)' };

/** Two levels that are meant to be one are at most this far apart, in decibels. */
const SAME_DB = 2;
const DUCKED_DB = -18;
/** What is so far below a voice is nothing. */
const SILENT_DB = -45;
/** A ramp of 18 dB in a fifth of a second has steps of 0.9; a codec adds its own. */
const STEP_DB_MAX = 4;
/** An interpreter's voice comes at most so much later than a plain one. */
const ADDED_MS_MAX = 20;
/** Beats that are listened to for it: two a second. */
const BEATS_SECONDS = 12;
/** A machine that is busy with something else adds its own; it is listened so often at most. */
const LISTENS_MAX = 4;

let server: Server;
let browser: Browser;
let visit: Planned;
/** Maria's: it can keep back which language she asked for. */
const line = holding('listen');
const person = {} as Record<Name, Person>;
/** How loud each hears each while nothing is lowered. */
const plain = {} as Record<Name, Record<Name, number>>;

/** The page in English, in whatever language the seat is: the tests read it. */
function speakEnglish(): void {
  // Whoever has closed the page is on one that keeps nothing.
  if (location.protocol === 'about:') return;
  if (!localStorage.getItem('bedside.settings')) localStorage.setItem('bedside.settings', JSON.stringify({ language: 'en' }));
}

async function comes(name: Name, window?: Window): Promise<void> {
  const index = NAMES.indexOf(name);
  const seat = visit.seats[index];
  if (!seat) throw new Error(`no seat for ${name}`);
  const prepare = async (page: Person['page']) => {
    if (name === 'maria') await line.prepare(page);
    await page.addInitScript(speakEnglish);
    await hum(page, PITCHES[index] ?? 0);
  };
  const one = await Person.open(browser, seat, { camera: SMALLEST, prepare, ...(window ? { window } : {}) });
  person[name] = one;
  await one.join();
  if (name !== 'vera') {
    await one.at(WAITING);
    await person.vera.letsIn(seat);
  }
  await one.isLive();
}

const written = (windows: number[]) => windows.map((value) => value.toFixed(0)).join(' ');
const pitchOf = (name: Name) => PITCHES[NAMES.indexOf(name)] ?? 0;
const loudOf = (mix: Loudness, name: Name) => median(mix[pitchOf(name)] ?? []);

/** Everybody hears the others as said: in decibels below the plain voice, or not at all. */
async function hears(listener: Name, wanted: Partial<Record<Name, 'full' | 'ducked' | 'silent'>>): Promise<void> {
  const said = async () => {
    const mix = await mixOf(person[listener].page, 1);
    return Object.fromEntries(Object.keys(wanted).map((key) => {
      const below = loudOf(mix, key as Name) - plain[listener][key as Name];
      if (Math.abs(below) <= SAME_DB) return [key, 'full'];
      if (Math.abs(below - DUCKED_DB) <= SAME_DB) return [key, 'ducked'];
      return [key, below < SILENT_DB ? 'silent' : `${below.toFixed(1)} dB`];
    }));
  };
  await expect.poll(said, { message: `what ${listener} hears` }).toEqual(wanted);
}

/** What is heard of one voice while something is done, when nothing of it was lost on the way. */
async function whileDoing(listener: Name, speaker: Name, act: () => Promise<void>, undo: () => Promise<void>): Promise<number[]> {
  const { page } = person[listener];
  const madeUp = () => page.evaluate(async () => {
    const peer = window.probe.peers[window.probe.peers.length - 1];
    const reports = peer ? [...(await peer.getStats()).values()] : [];
    return reports.reduce((sum: number, report: { concealedSamples?: number; silentConcealedSamples?: number }) =>
      sum + (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0), 0);
  });
  let windows: number[] = [];
  const clean = async () => {
    const before = await madeUp();
    windows = (await mixOf(page, 1, act))[pitchOf(speaker)] ?? [];
    const whole = (await madeUp()) === before;
    if (!whole) await undo();
    return whole;
  };
  await expect.poll(clean, { message: 'a stretch of which nothing was lost', timeout: 90_000 }).toBe(true);
  return windows;
}

/** Either may steer: here staff begins and the interpreter ends it. */
async function atTheSameTime(): Promise<void> {
  await person.vera.press('At the same time');
  await person.maria.says('You hear Jun Arai (Spanish). The others are quieter.');
}

async function inTurn(): Promise<void> {
  await person.jun.press('In turn');
  await person.maria.says('It is interpreted in turn: you hear everybody.');
}

/** As whoever closes the page by mistake. */
async function drops(name: Name): Promise<void> {
  await person[name].page.goto('about:blank');
}

async function isBack(name: Name): Promise<void> {
  await person[name].page.goBack();
  await person[name].isLive();
}

/** Everybody's voice is as loud where it is plain; who comes later hears it as who was there. */
function hearsAs(name: Name, like: Name): void {
  const [own, theirs] = [plain[like], plain.maria];
  plain[name] = { ...own, jun: theirs.jun, vera: theirs.vera, noa: theirs.jun, maria: plain.vera.maria, lena: theirs.vera };
  plain.jun[name] = plain.jun.vera;
}

beforeAll(async () => {
  server = await Server.start();
  // The tones are made before anybody has touched the page.
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  visit = await server.visit(PEOPLE);
  await comes('vera');
  await comes('maria', PHONE);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('interpretation', () => {
  it('is not spoken of while nobody interprets', async () => {
    for (const name of ['vera', 'maria'] as const) {
      expect(await person[name].page.getByRole('region', { name: 'What you hear' }).count()).toBe(0);
    }
    await person.maria.hears(1);
  });

  it('begins in turn: everybody hears everybody, plainly', async () => {
    await comes('jun');
    const here = ['vera', 'maria', 'jun'] as const;
    for (const listener of here) {
      const others = here.filter((other) => other !== listener);
      const levels = async () => {
        const mix = await mixOf(person[listener].page, 1);
        return others.map((other) => loudOf(mix, other));
      };
      const heard = async () => Math.min(...(await levels()));
      await expect.poll(heard, { message: `${listener} hears all` }).toBeGreaterThan(-30);
      const [first = 0, second = 0] = await levels();
      expect(Math.abs(first - second), `the voices ${listener} hears are equally loud`).toBeLessThan(SAME_DB);
      plain[listener] = Object.fromEntries(others.map((other, at) => [other, [first, second][at]])) as Record<Name, number>;
      // Nobody hears themselves.
      expect(loudOf(await mixOf(person[listener].page, 1), listener)).toBeLessThan(first + SILENT_DB);
    }
    await person.vera.says('It is interpreted in turn: you hear everybody.');
  });

  it('ducks the original under the interpreter, for those who listen to the channel only', async () => {
    await person.jun.press('Interpret');
    await person.jun.press('Turn round');
    await person.jun.says('You interpret from English into Spanish.');
    const down = await whileDoing('maria', 'vera', atTheSameTime, inTurn);
    await hears('maria', { jun: 'full', vera: 'ducked' });
    await hears('vera', { maria: 'full', jun: 'silent' });
    await hears('jun', { vera: 'full', maria: 'full' });
    const fallen = median(down.slice(-30)) - plain.maria.vera;
    expect(Math.abs(fallen - DUCKED_DB), 'from full to ducked').toBeLessThan(SAME_DB);
    expect(Math.max(...down) - plain.maria.vera, 'and full before').toBeGreaterThan(-SAME_DB);
    console.log(`ducked in steps of at most ${largestStep(down).toFixed(1)} dB`);
    expect(largestStep(down), `without a jump: ${written(down)}`).toBeLessThan(STEP_DB_MAX);
  });

  it('never lets interpreters hear their own channel', async () => {
    const { page } = person.jun;
    expect(loudOf(await mixOf(page, 1), 'jun') - plain.jun.vera).toBeLessThan(SILENT_DB);
    // There is no other channel that somebody speaks into, so there is nothing to choose.
    expect(await page.getByLabel('You listen to').count()).toBe(0);
  });

  it('follows the interpreter who turns round', async () => {
    await person.jun.press('Turn round');
    await hears('vera', { jun: 'full', maria: 'ducked' });
    await hears('maria', { vera: 'full', jun: 'silent' });
    await hears('jun', { vera: 'full', maria: 'full' });
    await person.jun.press('Turn round');
    await hears('maria', { jun: 'full', vera: 'ducked' });
  });

  it('is heard in the language that was chosen, or not at all', async () => {
    const choice = person.maria.page.getByLabel('Language you hear');
    expect(await choice.locator('option').allTextContents()).toEqual(['Everybody, as they speak', 'English', 'Español']);
    line.hold();
    await choice.selectOption({ label: 'Everybody, as they speak' });
    await person.maria.press('Mute');
    await person.maria.press('Unmute');
    expect(await choice.inputValue(), 'as long as nothing else is said').toBe('');
    line.go();
    await hears('maria', { vera: 'full', jun: 'silent' });
    await choice.selectOption({ label: 'Español' });
    await hears('maria', { vera: 'ducked', jun: 'full' });
  });

  it('is mixed as each wants it, by keyboard, and the device remembers', async () => {
    const slider = person.maria.page.getByRole('slider', { name: 'Original or interpreter' });
    await slider.focus();
    await slider.press('Home');
    await hears('maria', { vera: 'full', jun: 'ducked' });
    await slider.press('End');
    await hears('maria', { vera: 'silent', jun: 'full' });
    await slider.press('Home');
    await person.maria.page.reload();
    await person.maria.isLive();
    await slider.waitFor();
    expect(await slider.inputValue()).toBe('0');
    await hears('maria', { vera: 'full', jun: 'ducked' });
    await slider.focus();
    for (let step = 0; step < 5; step += 1) await slider.press('ArrowRight');
    await hears('maria', { vera: 'ducked', jun: 'full' });
  });

  it('keeps a cough to oneself, for as long as the key is held', async () => {
    const { page } = person.jun;
    await page.getByRole('button', { name: 'Hold to cough' }).focus();
    await page.keyboard.down('Space');
    await hears('maria', { jun: 'silent', vera: 'ducked' });
    await page.keyboard.up('Space');
    await hears('maria', { jun: 'full', vera: 'ducked' });
  });

  it('goes from one interpreter to another', async () => {
    await comes('noa');
    plain.maria.noa = plain.maria.jun;
    const { page } = person.noa;
    await page.getByLabel('From').selectOption({ label: 'English' });
    await page.getByLabel('Into').selectOption({ label: 'Español' });
    await person.noa.press('Interpret');
    await person.noa.says('Jun Arai speaks now. You rest, and nobody hears you.');
    await hears('maria', { jun: 'full', noa: 'silent', vera: 'ducked' });
    await person.jun.press('Ask Noa Ferro to take over');
    await person.noa.says('Jun Arai asks you to take over.');
    await person.noa.press('Take over');
    await person.jun.says('Noa Ferro speaks now. You rest, and nobody hears you.');
    await hears('maria', { jun: 'silent', noa: 'full', vera: 'ducked' });
    await person.jun.press('Take over');
    await hears('maria', { jun: 'full', noa: 'silent', vera: 'ducked' });
  });

  it('gives the floor back while the interpreter is gone, and the channel when they are back', async () => {
    await drops('jun');
    await person.maria.says('Jun Arai has lost the connection. You hear everybody as they speak until somebody interprets again.');
    await hears('maria', { vera: 'full', noa: 'silent' });
    await isBack('jun');
    await person.maria.says('You hear Jun Arai (Spanish). The others are quieter.');
    await hears('maria', { jun: 'full', noa: 'silent', vera: 'ducked' });
  });

  it('lets a colleague take over at once from one who is gone', async () => {
    await drops('jun');
    await person.noa.says('Jun Arai has lost the connection. Nobody interprets at the moment; you can take over.');
    await person.noa.press('Take over');
    await hears('maria', { noa: 'full', vera: 'ducked' });
    await isBack('jun');
    await person.jun.says('Noa Ferro speaks now. You rest, and nobody hears you.');
    await hears('maria', { jun: 'silent', noa: 'full', vera: 'ducked' });
    await person.jun.press('Take over');
    await hears('maria', { jun: 'full', noa: 'silent', vera: 'ducked' });
  });

  it('goes through a second language: who interprets into it listens to the first interpreter', async () => {
    await comes('lena');
    hearsAs('lena', 'maria');
    hearsAs('noa', 'maria');
    const { page } = person.noa;
    await page.locator('summary', { hasText: 'Other languages' }).click();
    await page.getByLabel('From').selectOption({ label: 'Español' });
    await page.getByLabel('Into').selectOption({ label: 'Français' });
    await person.noa.press('Interpret');
    await person.noa.says('You speak now. Whoever listens to this language hears you.');
    await hears('noa', { jun: 'silent', vera: 'full', maria: 'full' });
    await page.getByLabel('You listen to').selectOption({ label: 'Español' });
    await hears('noa', { jun: 'full', vera: 'ducked', maria: 'full' });
    await person.lena.says('You hear Noa Ferro (French). The others are quieter.');
    await hears('lena', { noa: 'full', jun: 'silent', vera: 'ducked', maria: 'ducked' });
    await hears('maria', { jun: 'full', noa: 'silent', vera: 'ducked' });
    await hears('jun', { noa: 'silent', vera: 'full', maria: 'full' });
    await person.lena.press('Leave');
    await person.noa.press('Leave');
  });

  it('brings an interpreter hardly later than a plain voice', async () => {
    await person.vera.press('Mute');
    await hears('maria', { vera: 'silent', jun: 'full' });
    await person.jun.page.evaluate(() => window.beat(true));
    let least = Infinity;
    for (let listens = 0; listens < LISTENS_MAX && least >= ADDED_MS_MAX; listens += 1) {
      const added = await addedByMixer(person.maria.page, BEATS_SECONDS);
      console.log(`the mixer adds ${median(added).toFixed(1)} ms to an interpreter's voice (${added.map((ms) => ms.toFixed(0)).join(' ')})`);
      expect(added.length).toBeGreaterThan(BEATS_SECONDS / 2);
      least = Math.min(least, median(added));
    }
    await person.jun.page.evaluate(() => window.beat(false));
    await person.vera.press('Unmute');
    expect(least).toBeLessThan(ADDED_MS_MAX);
    await hears('maria', { vera: 'ducked', jun: 'full' });
  });

  it('is counted in the record, and on the interpreter’s own screen', async () => {
    await person.jun.says(/^You have interpreted: \d+:\d\d$/);
    const { interpreted } = (await (await server.call('GET', `/v1/visits/${visit.id}/quality`)).json()) as { interpreted: { participant: string; language: string; seconds: number }[] };
    const minutesOf = (name: Name, language: string) => interpreted.find((each) => each.participant === person[name].seat.id && each.language === language)?.seconds ?? 0;
    expect(minutesOf('jun', 'es')).toBeGreaterThan(minutesOf('noa', 'es'));
    expect(minutesOf('noa', 'fr')).toBeGreaterThan(0);
    expect(minutesOf('noa', 'en')).toBe(0);
  });

  it('shows the interpreter how their line keeps the four standards, in words', async () => {
    const lights = person.jun.page.getByRole('list', { name: 'The four standards, on your line' }).getByRole('listitem');
    await expect.poll(() => lights.count()).toBe(4);
    // After half a minute of good sound there is a verdict on it.
    await expect.poll(() => lights.nth(2).textContent(), { timeout: 90_000 }).not.toMatch(/Not measured yet/);
    const said = await lights.allTextContents();
    const words = Object.values(en.standards.why).join('|');
    said.forEach((text, at) => {
      expect(text.startsWith(en.standards.names[at] ?? '?'), text).toBe(true);
      expect(text).toMatch(new RegExp(`(${words}|Good|Not measured yet)$`));
    });
    const told = person.vera.heard.map((text) => JSON.parse(text) as ServerMessage).filter((message) => message.t === 'standards');
    expect(told[told.length - 1]?.lines.map(({ interpreter }) => interpreter)).toContain(person.jun.seat.id);
    expect(person.maria.heard.some((text) => (JSON.parse(text) as ServerMessage).t === 'standards'), 'no matter of the patient').toBe(false);
  });

  it('comes back to taking turns without a jump', async () => {
    const up = await whileDoing('maria', 'vera', inTurn, atTheSameTime);
    console.log(`raised in steps of at most ${largestStep(up).toFixed(1)} dB`);
    expect(largestStep(up), `without a jump: ${written(up)}`).toBeLessThan(STEP_DB_MAX);
    await hears('maria', { jun: 'full', vera: 'full' });
    await hears('vera', { jun: 'full', maria: 'full' });
  });

  it('can be used by everybody', async () => {
    await person.jun.page.locator('summary', { hasText: 'Other languages' }).click();
    await everybodyCanUse(person.jun, 'booth');
    await person.vera.press('At the same time');
    await person.maria.says('You hear Jun Arai (Spanish).');
    await everybodyCanUse(person.jun, 'booth, at the same time');
    await everybodyCanUse(person.vera, 'live, interpreted');
    await everybodyCanUse(person.maria, 'live, listening to an interpreter');
  });

  it('shows the interpreter whom they stand between', async () => {
    const { page } = person.jun;
    for (const other of ['vera', 'maria'] as const) await person.jun.tile(person[other].seat).waitFor();
    expect(await page.locator('.direction').textContent()).toBe('EnglishEspañol');
    await person.jun.says(/^Since the start: \d+:\d\d$/);
    for (const one of [person.vera, person.maria, person.jun]) one.hasNoProblems();
  });
});
