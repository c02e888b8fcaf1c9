// The pages in every language, and as each reads best. In: a visit, a language. Out: the whole way in it, usable by everybody. Never: a sentence of another language.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TONGUES, type Words, wordsOf } from '../src/words';
import { launch, PHONE } from './browser';
import { CLINICIAN, disperse, PATIENT } from './cast';
import { Person } from './person';
import { seatOf, Server } from './server';
import { everybodyCanUse } from './usable';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const NAMES = [CLINICIAN.display_name, PATIENT.display_name];
/** Ten screens, each looked at in light and dark and at two sizes: a loaded machine takes its time. */
const WAY_MS = 600_000;
/** Languages that are not written in Latin letters: three of them in a row are a word of another. */
const NOT_LATIN = ['ar', 'zh-Hans'];

async function visitIn(tongue: string) {
  return server.visit([{ ...CLINICIAN, language: tongue }, { ...PATIENT, language: tongue }]);
}

function press(person: Person, name: string): Promise<void> {
  return person.page.getByRole('button', { name, exact: true }).click();
}

function choose(person: Person, tongue: string): Promise<void> {
  return person.page.locator(`button[lang="${tongue}"]`).click();
}

function tongueOf(page: Page): Promise<[string, string]> {
  return page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);
}

/** All that is said on the page, to eyes and to ears. What is marked as another language, and what others have named, is left out. */
function said(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = [document.title];
    const own = (element: Element) => !element.closest('noscript, script, style, .picker option')
      && (element.closest('[lang]') as HTMLElement).lang === document.documentElement.lang;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement && own(node.parentElement)) found.push(node.textContent ?? '');
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!own(element)) continue;
      for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) found.push(element.getAttribute(name) ?? '');
    }
    return found.map((text) => text.trim()).filter(Boolean);
  });
}

function leaves(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  return node && typeof node === 'object' ? Object.values(node).flatMap(leaves) : [];
}

/** Nothing on this page stands in English. */
async function speaks(person: Person, words: Words, screen: string): Promise<void> {
  await expect.poll(() => tongueOf(person.page), { message: screen }).toEqual([words.tag, words.direction]);
  const text = (await said(person.page)).map((each) => NAMES.reduce((rest, name) => rest.split(name).join(''), each));
  expect(text.length, screen).toBeGreaterThan(3);
  if (NOT_LATIN.includes(words.tag)) expect(text.filter((each) => /[A-Za-z]{3,}/.test(each)), screen).toEqual([]);
  const own = new Set(leaves(words));
  const english = new Set(leaves(await wordsOf('en')).filter((each) => !own.has(each)));
  expect(text.filter((each) => english.has(each)), screen).toEqual([]);
}

async function holds(person: Person, words: Words, screen: string): Promise<void> {
  await speaks(person, words, screen);
  await everybodyCanUse(person, `${screen} in ${words.tag}`);
}

describe('the whole way', () => {
  it.each(TONGUES)('in %s', async (tongue) => {
    const words = await wordsOf(tongue);
    const visit = await visitIn(tongue);
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    await patient.page.getByRole('meter').waitFor();
    await choose(patient, tongue);
    await patient.at(words.welcome.title);
    await holds(patient, words, 'welcome');
    await press(patient, words.display.title);
    await holds(patient, words, 'display');
    await press(patient, words.welcome.join);
    await patient.at(words.waiting.title);
    await holds(patient, words, 'waiting');

    // Staff has chosen nothing: the visit says what they read.
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.page.getByRole('meter').waitFor();
    await clinician.press('Join');
    await clinician.at(words.live.title);
    await holds(clinician, words, 'one waits');
    await press(clinician, words.people.admitName(PATIENT.display_name));
    await press(clinician, words.ask.admitYes);
    await patient.at(words.live.title);
    await clinician.seesAndHears([patient.seat]);
    await clinician.page.locator('summary', { hasText: words.people.more(PATIENT.display_name) }).click();
    await holds(clinician, words, 'what staff can do');
    await press(patient, words.display.title);
    await holds(patient, words, 'in the visit');
    await press(patient, words.people.close);
    await press(patient, words.controls.chat);
    await holds(patient, words, 'writing');
    await press(patient, words.people.close);
    await press(patient, words.controls.mute);
    await press(patient, words.controls.cameraOff);
    await press(patient, words.look.of(CLINICIAN.display_name));
    await holds(patient, words, 'looking at one');
    await press(clinician, words.controls.end);
    await holds(clinician, words, 'asking to end');
    await clinician.page.getByRole('alertdialog').getByRole('button', { name: words.ask.endYes, exact: true }).click();
    await patient.at(words.ending.ended.title);
    await holds(patient, words, 'the end');
    for (const person of [patient, clinician]) person.hasNoProblems();
    await disperse([patient, clinician]);
  }, WAY_MS);
});

describe('the language', () => {
  it('is the browser’s, then the visit’s, and above both the one chosen, also tomorrow', async () => {
    const [french, german, spanish] = await Promise.all(['fr', 'de', 'es'].map(wordsOf)) as [Words, Words, Words];
    const visit = await visitIn('de-AT');
    const patient = await Person.open(browser, seatOf(visit, 'patient'), { locale: 'fr-CA' });
    await patient.at(french.welcome.title);
    await patient.page.getByRole('meter').waitFor();
    await press(patient, french.welcome.join);
    await patient.at(german.waiting.title);
    await press(patient, german.display.open);
    await choose(patient, 'es');
    await patient.at(spanish.waiting.title);
    expect(await patient.page.title()).toBe(spanish.title);
    await patient.page.reload();
    await patient.at(spanish.waiting.title);
    // The server is told nothing of it.
    expect(patient.sent.filter((text) => text.includes('"es"'))).toEqual([]);
    const tomorrow = await patient.context.newPage();
    await tomorrow.goto(`${server.base}/j`);
    await tomorrow.getByRole('heading', { level: 1, name: spanish.noLink.title }).waitFor();
    await disperse([patient]);
  });

  it('is fetched alone, and again when the line was down', async () => {
    const spanish = await wordsOf('es');
    const visit = await visitIn('en');
    let cut = true;
    const patient = await Person.open(browser, seatOf(visit, 'patient'), {
      prepare: async (page) => {
        await page.route(/\/assets\/es-/, (route) => (cut ? route.abort() : route.fallback()));
      },
    });
    await patient.at('Before you join');
    await choose(patient, 'es');
    await expect.poll(() => patient.requests.filter(({ url }) => url.includes('/assets/es-')).length).toBeGreaterThan(0);
    await patient.at('Before you join');
    cut = false;
    await patient.at(spanish.welcome.title);
    const fetched = patient.requests.map(({ url }) => /\/assets\/(en|de|es|fr|ar|zh-Hans)-/.exec(url)?.[1]).filter(Boolean);
    expect([...new Set(fetched)].sort()).toEqual(['en', 'es']);
    await disperse([patient]);
  });
});

describe('from right to left, without a mouse', () => {
  it('one can choose the language, join, mute, change the size of the words, leave and come back', async () => {
    const words = await wordsOf('ar');
    const visit = await visitIn('ar');
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'), { window: PHONE });
    const { page } = clinician;
    await page.getByRole('meter').waitFor();
    await tabTo(page, 'العربية');
    await page.keyboard.press('Enter');
    await clinician.at(words.welcome.title);
    await tabTo(page, words.welcome.join);
    await page.keyboard.press('Enter');
    await clinician.at(words.live.title);
    await expect.poll(() => focused(page)).toBe(words.live.title);
    await tabTo(page, words.controls.mute);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: words.controls.unmute, exact: true }).waitFor();
    await tabTo(page, words.display.title);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    expect(await focused(page)).toBe(words.display.title);
    await tabTo(page, words.textSize.largest);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.text)).toBe('largest');
    await tabTo(page, words.people.close);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
    expect(await focused(page)).toBe(words.display.title);
    await tabTo(page, words.controls.leave);
    // What points, points the way the words run.
    expect(await page.evaluate(() => getComputedStyle(document.activeElement?.querySelector('.icon') as Element).transform)).toBe('matrix(-1, 0, 0, 1, 0, 0)');
    await page.keyboard.press('Enter');
    await clinician.at(words.ending.left.title);
    await tabTo(page, words.ending.back);
    await page.keyboard.press('Enter');
    await clinician.at(words.welcome.title);
    await disperse([clinician]);
  });
});

describe('the display', () => {
  it('is as somebody wants it, on every screen, and stays so', async () => {
    const visit = await visitIn('en');
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    const { page } = patient;
    const look = () => page.evaluate(() => ({ size: parseFloat(getComputedStyle(document.body).fontSize), ground: getComputedStyle(document.body).backgroundColor }));
    await page.getByRole('meter').waitFor();
    const usual = await look();
    await patient.press('Display');
    await patient.press('Very large');
    await patient.press('Dark');
    await patient.press('Strong');
    await expect.poll(async () => (await look()).ground).toBe('rgb(0, 0, 0)');
    expect((await look()).size / usual.size).toBeGreaterThan(1.5);
    await everybodyCanUse(patient, 'welcome, very large, strong');
    await patient.press('Join');
    await patient.at('You are in the right place');
    await everybodyCanUse(patient, 'waiting, very large, strong');
    const clinician = await Person.open(browser, seatOf(visit, 'clinician'));
    await clinician.page.getByRole('meter').waitFor();
    await clinician.press('Join');
    await clinician.isLive();
    await clinician.letsIn(patient.seat);
    await patient.seesAndHears([clinician.seat]);
    await everybodyCanUse(patient, 'visit, very large, strong');
    await page.reload();
    await patient.isLive();
    await expect.poll(async () => (await look()).ground).toBe('rgb(0, 0, 0)');
    await patient.press('Display');
    await everybodyCanUse(patient, 'display in the visit, very large, strong');
    await patient.page.getByRole('complementary').getByRole('button', { name: 'Light', exact: true }).click();
    await expect.poll(async () => (await look()).ground).toBe('rgb(255, 255, 255)');
    await disperse([patient, clinician]);
  });

  it('follows the device in contrast, light and its own colours', async () => {
    const visit = await visitIn('en');
    const patient = await Person.open(browser, seatOf(visit, 'patient'));
    const { page } = patient;
    await page.getByRole('meter').waitFor();
    const mark = () => page.evaluate(() => document.documentElement.dataset.contrast);
    expect(await mark()).toBe('usual');
    await page.emulateMedia({ contrast: 'more' });
    await expect.poll(mark).toBe('more');
    await page.emulateMedia({ contrast: null, forcedColors: 'active' });
    await expect.poll(mark).toBe('usual');
    // What is chosen is still to be seen where shades are taken away.
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('.choice[aria-pressed="true"]') as Element).outlineStyle)).toBe('solid');
    await disperse([patient]);
  });
});

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent?.trim());
}

/** Tab by tab, as a person would; at each stop the focus can be seen. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(covered), 'the focus lies under something').toBeNull();
    if (await focused(page) === name) return;
  }
  throw new Error(`no way to “${name}” by keyboard`);
}

/** What has the focus and cannot be seen at any of nine points (WCAG 2.4.11); nothing otherwise. */
function covered(): string | null {
  const active = document.activeElement;
  if (!active || active === document.body) return null;
  const { left, top, width, height } = active.getBoundingClientRect();
  const shares = [0.1, 0.5, 0.9];
  const seen = shares.some((x) => shares.some((y) => {
    const hit = document.elementFromPoint(left + x * width, top + y * height);
    return hit !== null && (active.contains(hit) || hit.contains(active));
  }));
  return seen ? null : active.outerHTML;
}
