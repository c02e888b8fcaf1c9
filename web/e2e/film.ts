// A film that staff records in the page. In: staff, a page it plays on. Out: the film, stored; where it stands. Never: a film from anywhere else.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Person } from './person';
import { everybodyCanUse } from './usable';

export const TITLE = 'How to use the pump';
const CAPTIONS = 'WEBVTT\n\n00:00.000 --> 01:00.000\nPress the green button once.\n';

/** The film of a page: what it is at now, and when that place was or would have been its first, by the clock both pages share. */
export function film(page: Page): Promise<{ seconds: number; origin: number; paused: boolean; width: number; length: number } | null> {
  return page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('.film video');
    if (!video || video.readyState < 2) return null;
    const now = performance.timeOrigin + performance.now();
    return {
      seconds: video.currentTime, origin: now - 1_000 * video.currentTime, paused: video.paused, width: video.videoWidth, length: video.duration,
    };
  });
}

export async function plays(person: Person): Promise<void> {
  await expect.poll(async () => (await film(person.page))?.paused, { message: `${person.seat.name} sees the film play` }).toBe(false);
}

export async function records(clinician: Person): Promise<void> {
  const { page } = clinician;
  await clinician.press('Films');
  await clinician.says('No film has been recorded yet.');
  await everybodyCanUse(clinician, 'no films yet');
  await clinician.press('Record a film');
  await clinician.press('Record the camera');
  await page.getByText('Recording, 0:12').waitFor();
  await clinician.press('Stop recording');
  await page.getByLabel('Title').fill(TITLE);
  await page.getByLabel('Captions').setInputFiles({ name: 'pump.vtt', mimeType: 'text/vtt', buffer: Buffer.from(CAPTIONS) });
  await everybodyCanUse(clinician, 'a film recorded');
  await clinician.press('Store the film');
  await clinician.press(`Play in the lobby: ${TITLE}`);
  await clinician.says(`Plays in the lobby: ${TITLE}`);
}
