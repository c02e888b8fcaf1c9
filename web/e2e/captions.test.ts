// Live captions. In: somebody who types what is said. Out: what each person reads, how it looks, who reads nothing. Never: a line that did not go over the server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../src/protocol';
import { PAUSE_MS } from '../src/sdk/lag';
import { launch, PHONE } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server, type Wanted } from './server';
import { everybodyCanUse } from './usable';
import { writeVoice } from './voice';

const CAPTIONER: Wanted = { role: 'captioner', display_name: 'Noor Said' };

/** What large words need at least, twice over. */
const CONTRAST_MIN = 7;

let folder: string;
let server: Server;
let browser: Browser;
let clinician: Person;
let patient: Person;
let captioner: Person;

beforeAll(async () => {
  server = await Server.start();
  folder = mkdtempSync(join(tmpdir(), 'bedside-captions-'));
  const voice = join(folder, 'voice.wav');
  writeVoice(voice);
  // Speech, which the server knows as such; the browser's own microphone only beeps.
  browser = await launch([`--use-file-for-fake-audio-capture=${voice}`]);
  const visit = await server.visit([CLINICIAN, PATIENT, CAPTIONER]);
  clinician = await Person.open(browser, seatOf(visit, 'clinician'));
  await clinician.join();
  await clinician.isLive();
  patient = await Person.open(browser, seatOf(visit, 'patient'), { window: PHONE });
  captioner = await Person.open(browser, seatOf(visit, 'captioner'));
  for (const person of [patient, captioner]) {
    await person.join();
    await person.at(WAITING);
    await clinician.letsIn(person.seat);
    await person.isLive();
  }
});

afterAll(async () => {
  await disperse([clinician, patient, captioner].filter(Boolean));
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const finished = (page: Page) => page.locator('.caption-lines [role="log"] p');
const begun = (page: Page) => page.locator('.caption-lines [aria-live="off"] p');
const field = () => captioner.page.getByLabel('What is being said');

async function writes(text: string): Promise<void> {
  await captioner.page.keyboard.type(text);
  await captioner.page.keyboard.press('Enter');
}

/** Whoever has just come reads from a line on that is begun some seconds later. */
async function writesUntilRead(reader: Person, text: string): Promise<void> {
  await expect.poll(async () => {
    await writes(text);
    return (await finished(reader.page).allTextContents()).includes(text);
  }, { message: `${reader.seat.name} reads`, interval: 1_000 }).toBe(true);
}

/** Every caption that ever came to this page. */
function captionsOf({ heard }: Person): string[] {
  const told = heard.map((text) => JSON.parse(text) as ServerMessage);
  return told.flatMap((message) => (message.t === 'caption' ? [message.line.text] : []));
}

async function chooses(reader: Person, group: string, choice: string): Promise<void> {
  await reader.page.getByRole('group', { name: group }).getByRole('button', { name: choice, exact: true }).click();
}

type Look = { size: number; contrast: number; fits: boolean };

/** How the captions look: size of the letters, contrast as WCAG reckons it, whether a row is wider than its box. */
function look(page: Page): Promise<Look> {
  return page.locator('.caption-lines').evaluate((box) => {
    const { fontSize, color, backgroundColor } = getComputedStyle(box.parentElement ?? box);
    const light = (text: string) => {
      const [red = 0, green = 0, blue = 0] = (text.match(/[\d.]+/g) ?? []).map(Number).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const [words, ground] = [light(color), light(backgroundColor)];
    const contrast = (Math.max(words, ground) + 0.05) / (Math.min(words, ground) + 0.05);
    return { size: parseFloat(fontSize), contrast, fits: box.scrollWidth <= box.clientWidth };
  });
}

describe('live captions', () => {
  it('are typed at once, by somebody who sees and is not seen', async () => {
    await field().waitFor();
    await expect.poll(() => field().evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await captioner.page.getByRole('button', { name: /^(Mute|Unmute|Start camera|Stop camera)$/ }).count()).toBe(0);
    expect(await captioner.page.locator('.own').count()).toBe(0);
    await captioner.seesAndHears([clinician.seat, patient.seat]);
    for (const person of [clinician, patient]) expect(await person.tile(captioner.seat).count()).toBe(0);
    await captioner.says('Dr. Vera Lindt and Maria Berg can read it.');
  });

  it('are read by everybody as they are typed, and as they are when they are finished', async () => {
    await writesUntilRead(patient, 'Good morning, Maria.');
    await captioner.page.keyboard.type('How are yuo');
    for (const person of [patient, clinician, captioner]) await begun(person.page).getByText('How are yuo', { exact: true }).waitFor();
    await captioner.page.keyboard.press('Backspace');
    await captioner.page.keyboard.press('Backspace');
    await captioner.page.keyboard.type('ou today?');
    for (const person of [patient, clinician, captioner]) await begun(person.page).getByText('How are you today?', { exact: true }).waitFor();
    // Read out is what is finished, once.
    expect(await finished(patient.page).getByText('How are').count()).toBe(0);
    await captioner.page.keyboard.press('Enter');
    for (const person of [patient, clinician, captioner]) await finished(person.page).getByText('How are you today?', { exact: true }).waitFor();
    expect(await begun(patient.page).count()).toBe(0);
    expect(await field().inputValue()).toBe('');
    expect(captionsOf(patient).length, 'not a message for each letter').toBeLessThan(captionsOf(captioner).join('').length / 2);
  });

  it('say how far behind the voices they are, once that was measured', async () => {
    let from = 0;
    const told = () => captioner.heard.slice(from).map((text) => JSON.parse(text) as ServerMessage).filter((message) => message.t === 'speakers');
    const speakers = () => told().at(-1)?.participants ?? [];
    const pauses = async () => {
      const before = told().length;
      await captioner.page.waitForTimeout(PAUSE_MS);
      return told().length === before && speakers().length === 0;
    };
    for (const person of [clinician, patient]) await person.press('Mute');
    await expect.poll(speakers, { message: 'nobody speaks' }).toEqual([]);
    // A page begun anew has measured nothing, and knows of no pause before it.
    from = captioner.heard.length;
    await captioner.page.reload();
    await captioner.says('How far behind you are is shown after the next pause.');
    await expect.poll(() => field().evaluate((element) => element === document.activeElement)).toBe(true);
    await expect.poll(pauses, { message: 'a pause' }).toBe(true);
    await clinician.press('Unmute');
    await expect.poll(speakers, { message: 'the clinician speaks' }).toEqual([clinician.seat.id]);
    await writes('I hear you well.');
    await captioner.says(/^\d+(\.\d)? s behind the voices$/);
    await patient.press('Unmute');
  });

  it('look as somebody reads best, and do so after a reload', async () => {
    const { page } = patient;
    const plain = await look(page);
    expect(plain.contrast).toBeGreaterThan(CONTRAST_MIN);
    await patient.press('Display');
    await chooses(patient, 'Size of the captions', 'Large');
    const large = await look(page);
    expect(large.size).toBeGreaterThan(1.2 * plain.size);
    await chooses(patient, 'Size of the captions', 'Very large');
    expect((await look(page)).size).toBeGreaterThan(1.2 * large.size);
    const grounds = new Set<string>();
    for (const colour of ['As the page', 'White on black', 'Black on white', 'Yellow on black']) {
      await chooses(patient, 'Colours of the captions', colour);
      expect((await look(page)).contrast, colour).toBeGreaterThan(CONTRAST_MIN);
      grounds.add(await page.locator('.caption-box').evaluate((box) => getComputedStyle(box).color + getComputedStyle(box).backgroundColor));
    }
    expect(grounds.size).toBeGreaterThanOrEqual(3);
    await patient.press('Close');
    const chosen = await look(page);
    await page.reload();
    await patient.isLive();
    await page.locator('.caption-lines').waitFor();
    expect(await look(page)).toEqual(chosen);
    await writesUntilRead(patient, 'And after a reload.');
  });

  it('can be read at 320 pixels, by everybody', async () => {
    await patient.page.setViewportSize({ width: 320, height: 640 });
    await writes('Please take one tablet of methotrexate-supercalifragilistic in the morning.');
    await finished(patient.page).getByText('Please take one').waitFor();
    expect((await look(patient.page)).fits).toBe(true);
    await everybodyCanUse(patient, 'live, captions in the largest letters');
    await patient.press('Display');
    await everybodyCanUse(patient, 'how captions look');
    await patient.press('Close');
    await captioner.page.keyboard.type('What is still being wri');
    await everybodyCanUse(captioner, 'the captioner’s desk');
    await writes('tten.');
    await patient.page.setViewportSize({ width: PHONE.width, height: PHONE.height });
  });

  it('are switched off and on without a mouse, and stay as they were left', async () => {
    const { page } = patient;
    const toggle = page.getByRole('button', { name: 'Captions', exact: true });
    await toggle.focus();
    await page.keyboard.press('Space');
    await page.locator('.caption-lines').waitFor({ state: 'detached' });
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    await page.reload();
    await patient.isLive();
    await toggle.waitFor();
    expect(await page.locator('.caption-lines').count()).toBe(0);
    await toggle.focus();
    await page.keyboard.press('Enter');
    await page.locator('.caption-lines').focus();
    await writesUntilRead(patient, 'Back again.');
  });

  it('do not come to somebody on hold, and what was written meanwhile never does', async () => {
    await clinician.page.locator('summary', { hasText: 'More about Maria Berg' }).click();
    await clinician.press('Put on hold: Maria Berg');
    await patient.says('You are on hold.');
    expect(await finished(patient.page).count()).toBe(0);
    await captioner.says('Dr. Vera Lindt can read it.');
    await writes('Not for the patient.');
    await finished(clinician.page).getByText('Not for the patient.').waitFor();
    await captioner.page.keyboard.type('Nor is this');
    await begun(clinician.page).getByText('Nor is this').waitFor();
    await clinician.press('Bring back Maria Berg');
    await captioner.says('Dr. Vera Lindt and Maria Berg can read it.');
    await writes(', whose beginning she did not hear.');
    await writesUntilRead(patient, 'Now for all.');
    expect(captionsOf(patient).filter((text) => /Not for|Nor is/.test(text))).toEqual([]);
  });

  it('are written and read in Arabic', async () => {
    await captioner.page.getByLabel('Language you write').selectOption('ar');
    await field().focus();
    expect(await field().evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    const said = 'Dr. Lindt: صباح الخير يا مريم.';
    await writes(said);
    const read = finished(patient.page).getByText(said, { exact: true });
    await read.waitFor();
    expect([await read.getAttribute('lang'), await read.getAttribute('dir')]).toEqual(['ar', 'rtl']);
    // Lines of before stay as they were.
    expect(await finished(patient.page).getByText('Now for all.').first().getAttribute('dir')).toBe('ltr');
    await patient.press('Display');
    await patient.page.locator('button[lang="ar"]').click();
    await patient.page.locator('html[dir="rtl"]').waitFor();
    await everybodyCanUse(patient, 'captions in Arabic');
    await captioner.press('Display');
    await captioner.page.locator('button[lang="ar"]').click();
    await captioner.page.locator('html[dir="rtl"]').waitFor();
    await everybodyCanUse(captioner, 'the captioner’s desk in Arabic');
  });

  it('are in no log, and nothing went wrong on the way', async () => {
    expect(server.output).not.toMatch(/morning|tablet|Not for/);
    for (const person of [clinician, patient, captioner]) person.hasNoProblems();
  });
});
