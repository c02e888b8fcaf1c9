// A visit is recorded as one film while it goes on. In: two people, a server with a core for films. Out: sealed parts, fetched by API, that a key holder opens and composes. Never: a key on the server.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { CLINICIAN, comesKnown, PATIENT } from './cast';
import { Holder } from './holder';
import { Person } from './person';
import { type Planned, seatOf, Server } from './server';

/** Long enough that several parts follow the first. */
const FRAMES = 150;
const ON = /This visit is being recorded\. You are in it\./;

type Kept = { id: string; mode: string; state: string; failure?: string };

const holder = new Holder();
let server: Server;
let browser: Browser;
let visit: Planned;
let clinician: Person;
let patient: Person;

beforeAll(async () => {
  server = await Server.start({ settings: { BEDSIDE__RECORDING__RECIPIENTS: holder.recipients(2), BEDSIDE__RECORDING__COMPOSITE_CORES: '1' } });
  browser = await launch();
  visit = await server.visit([CLINICIAN, PATIENT], { policy: 'us-all-party', recorded_as: { mode: 'composite', layout: 'grid' } });
  clinician = await Person.open(browser, seatOf(visit, 'clinician'), { camera: SMALL });
  patient = await Person.open(browser, seatOf(visit, 'patient'), { camera: SMALL });
  await clinician.join();
  await clinician.isLive();
  await comesKnown(patient, clinician);
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  holder.remove();
});

async function kept(): Promise<Kept | undefined> {
  const answer = await server.call('GET', `/v1/recordings?visit=${visit.id}`);
  return ((await answer.json()) as { data: Kept[] }).data[0];
}

describe('a recording that is one film', () => {
  it('starts, and the lamp follows what is on the disk', async () => {
    await clinician.press('Record');
    for (const person of [clinician, patient]) await person.press('Yes, you may record');
    for (const person of [clinician, patient]) await person.says(ON);
    expect(await kept()).toMatchObject({ mode: 'composite' });
    await patient.whileFramesCome(FRAMES);
  });

  it('is stored when it ends', async () => {
    await clinician.press('Stop recording');
    await expect.poll(async () => (await kept())?.state, { timeout: 60_000 }).toBe('sealed');
  });

  it('is fetched, checked and composed by whoever holds a key', async () => {
    const { id } = (await kept()) as Kept;
    const keyFile = holder.at('api.key');
    writeFileSync(keyFile, server.key, { mode: 0o600 });
    holder.tool('fetch', '--url', server.base, '--key-file', keyFile, '--out', holder.home, id);
    const folder = holder.at(id);
    expect(holder.tool('verify', '--identity', holder.key(2), folder)).toBeTruthy();
    const film = holder.at('visit.mp4');
    holder.tool('compose', '--identity', holder.key(1), '--out', film, folder);
    const read = spawnSync('ffmpeg', ['-v', 'error', '-i', film, '-f', 'null', '-'], { encoding: 'utf8' });
    expect([read.status, read.stderr]).toEqual([0, '']);
    const shown = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name:format=duration', '-of', 'json', film], { encoding: 'utf8' });
    const { streams, format } = JSON.parse(shown) as { streams: { codec_name: string }[]; format: { duration: string } };
    expect(streams.map(({ codec_name }) => codec_name).sort()).toEqual(['h264', 'opus']);
    expect(Number(format.duration)).toBeGreaterThan(FRAMES / 30 - 1);
  });
});
