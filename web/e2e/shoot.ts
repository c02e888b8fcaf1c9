// How a screen is photographed. In: somebody's page. Out: target/screens/*.png, light and dark. Never: a judgement.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Window } from './browser';
import type { Person } from './person';

const DIR = join(import.meta.dirname, '../../target/screens');

/** Plain colours instead of the browser's green test picture: calmer to judge by. */
export const COLOURS = { clinician: 'rgb(94, 122, 140)', patient: 'rgb(176, 142, 110)', family: 'rgb(122, 140, 104)', pharmacist: 'rgb(140, 112, 140)', interpreter: 'rgb(120, 118, 132)' };

export async function shoot({ page }: Pick<Person, 'page'>, name: string, window: Window): Promise<void> {
  mkdirSync(DIR, { recursive: true });
  const size = window.width < 600 ? 'phone' : 'desktop';
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(DIR, `${name}-${size}-${colorScheme}.png`), animations: 'disabled' });
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
