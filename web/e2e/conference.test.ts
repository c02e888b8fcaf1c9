// Many people on one page. In: sixteen whom the load tester plays, one page on a phone and on a desk. Out: whether every name and every sign can be read. Never: their pictures; what is played is none.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESKTOP, launch, PHONE } from './browser';
import { Person } from './person';
import { PROGRAM, Server } from './server';
import { everybodyCanUse } from './usable';

/** More than the page shows in one piece, and than the twelve pictures it has lines for. */
const OTHERS = 16;
/** Longer than this test. */
const SECONDS = 120;
const SCRIPT = `
about = "A conference about a case, in which nobody speaks."
seconds = ${SECONDS}
visits = 1

[[people]]
role = "clinician"
count = ${OTHERS}
speaks = "never"
camera = [50]
`;

let folder: string;
let server: Server;
let browser: Browser;
let others: ChildProcess;
let person: Person;

/** The one visit there is, once it is there. */
async function visitId(): Promise<string | undefined> {
  const visits = (await (await server.call('GET', '/v1/visits')).json()) as { data: { id: string }[] };
  return visits.data[0]?.id;
}

beforeAll(async () => {
  server = await Server.start();
  folder = mkdtempSync(join(tmpdir(), 'bedside-conference-'));
  const script = join(folder, 'script.toml');
  writeFileSync(script, SCRIPT);
  others = spawn(PROGRAM, ['loadtest', '--server', server.base, '--key', server.key, '--script', script, '--out', folder], { stdio: 'ignore' });
  browser = await launch();
});

afterAll(async () => {
  await person?.leaveWindow();
  await browser?.close();
  others?.kill();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Tiles whose name, or sign that they can be looked at, is not whole, or lies over the other. */
function unreadable(): Promise<string[]> {
  return person.page.locator('.faces .tile').evaluateAll((tiles) => tiles.flatMap((tile) => {
    const [box, name, sign] = [tile, tile.querySelector('figcaption'), tile.querySelector('.look-at span')].map((part) => part?.getBoundingClientRect());
    if (!box || !name || !sign) return [`${tile.textContent}: a part is missing`];
    const whole = [name, sign].every((part) => part.width > 0 && part.top >= box.top && part.bottom <= box.bottom && part.right <= box.right);
    const apart = name.bottom <= sign.top || name.right <= sign.left || sign.right <= name.left;
    return whole && apart ? [] : [`${tile.textContent}: ${whole ? 'one lies over the other' : 'not whole'}`];
  }));
}

describe('a page of sixteen', () => {
  it('is had by one more who comes', async () => {
    await expect.poll(visitId, { message: 'they have a visit' }).toBeDefined();
    const asked = { role: 'clinician', display_name: 'Dr. Vera Lindt' } as const;
    const seat = (await (await server.call('POST', `/v1/visits/${await visitId()}/participants`, asked)).json()) as { id: string; link: string };
    person = await Person.open(browser, { role: asked.role, name: asked.display_name, ...seat }, { window: PHONE });
    await person.join();
    await person.isLive();
  });

  for (const [name, window] of [['phone', PHONE], ['desk', DESKTOP]] as const) {
    it(`shows every name and every sign on a ${name}`, async () => {
      await person.page.setViewportSize(window);
      await expect.poll(() => person.page.locator('.faces .tile').count(), { message: 'all are there' }).toBe(OTHERS);
      await expect.poll(unreadable, { message: 'what cannot be read' }).toEqual([]);
      await everybodyCanUse(person, `a page of sixteen on a ${name}`);
    });
  }
});
