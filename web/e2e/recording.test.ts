// A visit is recorded. In: a patient whose camera and microphone clap, a clinician, two key pairs. Out: lamps on pages, sealed parts on the disk, a film for the key holder. Never: a key on the server, a frame after a no.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { context, DESKTOP, launch, SMALL } from './browser';
import { CLINICIAN, comesKnown, PATIENT } from './cast';
import { Holder } from './holder';
import { Person } from './person';
import { seatOf, Server } from './server';

/** What the product promises of a consent that is taken back. */
const WITHDRAWN_MS_MAX = 1_000;
/** Parts that hold enough claps to compare. */
const PARTS_MIN = 8;
/**
 * What a key holder may find between a flash and its beep, in the middle of all of them. Of it the
 * source has less than 10 ms (see claps.ts), a browser's packet of sound up to 20, and the film's
 * own pictures, 25 a second, up to 40; the rest is the recorder's.
 */
const SKEW_MS_MAX = 80;
const ON = /This visit is being recorded\. You are in it\./;

type Line = { kind: string; at_ms?: number; to_ms?: number; object?: string; aborted?: boolean };

const holder = new Holder();
let server: Server;
let browsers: Browser[];
let clinician: Person;
let patient: Person;
let saidNoAt = 0;

beforeAll(async () => {
  server = await Server.start({ settings: { BEDSIDE__RECORDING__RECIPIENTS: holder.recipients(2) } });
  browsers = await Promise.all([launch(), launch()]);
  const visit = await server.visit([CLINICIAN, PATIENT], { policy: 'us-all-party' });
  const [first, second] = browsers as [Browser, Browser];
  clinician = await Person.open(first, seatOf(visit, 'clinician'));
  patient = await Person.open(second, seatOf(visit, 'patient'), { camera: { ...SMALL, claps: true } });
  await clinician.join();
  await clinician.isLive();
  await comesKnown(patient, clinician);
});

afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
  holder.remove();
});

/** The one recording's folder below `place`, once it is there. */
function folderIn(place: string): string | undefined {
  const folder = join(server.dataDir, place);
  const names = readdirSync(folder).filter((name) => /^[0-9a-f-]{36}$/.test(name));
  return names[0] === undefined ? undefined : join(folder, names[0]);
}

function manifest(): Line[] {
  for (const place of ['spool', 'recordings']) {
    try {
      const folder = folderIn(place);
      if (!folder) continue;
      const text = readFileSync(join(folder, 'manifest.jsonl'), 'utf8');
      return text.split('\n').filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Line);
    } catch {
      // It is on its way from the one to the other.
    }
  }
  return [];
}

const parts = () => manifest().filter(({ kind }) => kind === 'part');

function everyFile(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? everyFile(path) : entry.isFile() ? [path] : [];
  });
}

/** What all files hold. A part that moves to its place or to the store meanwhile is looked for anew. */
function everyContent(folder: string): [string, Buffer][] {
  for (let tries = 1; ; tries += 1) {
    try {
      return everyFile(folder).map((path) => [path, readFileSync(path)]);
    } catch (error) {
      if (tries === 20 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

describe('a recording', () => {
  it('asks everybody, and the lamp follows what is on the disk', async () => {
    await clinician.press('Record');
    for (const person of [clinician, patient]) {
      await person.press('Yes, you may record');
    }
    for (const person of [clinician, patient]) await person.says(ON);
    expect(parts().length).toBeGreaterThan(0);
  });

  it('goes on while people talk, and no plaintext and no private key is on the server', async () => {
    await expect.poll(() => parts().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(PARTS_MIN);
    for (const [path, bytes] of everyContent(server.dataDir)) {
      for (const word of ['matroska', 'OpusHead', 'BEDSIDE_PART', 'AGE-SECRET-KEY']) {
        expect(bytes.includes(word), `${word} in ${path}`).toBe(false);
      }
    }
  });

  it('is seen again after a reload', async () => {
    await clinician.page.reload();
    await clinician.isLive();
    await clinician.says(ON);
  });

  it('rests at once when somebody says no, and keeps not one frame after it', async () => {
    await patient.press('No, don’t record');
    saidNoAt = Date.now();
    for (const person of [clinician, patient]) await person.says(/The recording rests\./);
    const before = parts().length;
    await patient.whileFramesCome(45);
    expect(parts().length - before, 'the last part may be on its way').toBeLessThanOrEqual(1);
  });

  it('ends, whole, in the store', async () => {
    await clinician.press('Stop recording');
    await expect.poll(() => folderIn('recordings') && manifest().some(({ kind }) => kind === 'end'), { timeout: 60_000 }).toBe(true);
    await expect.poll(() => folderIn('spool'), { timeout: 60_000 }).toBeUndefined();
    const [begin, ...lines] = manifest();
    const latest = Math.max(...lines.map(({ to_ms }) => to_ms ?? 0));
    expect(latest + (begin?.at_ms ?? 0)).toBeLessThan(saidNoAt + WITHDRAWN_MS_MAX);
    expect(lines[lines.length - 1]).toMatchObject({ kind: 'end', aborted: false });
    expect(holder.tool('verify', '--identity', holder.key(2), folderIn('recordings') ?? '')).toBeTruthy();
  });

  it('is opened by the tools of others', () => {
    const first = join(folderIn('recordings') ?? '', '00000-000000.age');
    const plain = execFileSync('age', ['-d', '-i', holder.key(1), first], { maxBuffer: statSync(first).size });
    expect(plain.subarray(0, 4).toString('hex'), 'EBML').toBe('1a45dfa3');
  });

  it('becomes a film, with lips and voice together', () => {
    const film = holder.at('visit.mp4');
    holder.tool('compose', '--identity', holder.key(1), '--layout', 'grid', '--out', film, folderIn('recordings') ?? '');
    const read = spawnSync('ffmpeg', ['-v', 'error', '-i', film, '-f', 'null', '-'], { encoding: 'utf8' });
    expect([read.status, read.stderr]).toEqual([0, '']);
    const [lights, tones] = [flashes(film), beeps(film)];
    const nearest = (flash: number) => tones.reduce((best, tone) => (Math.abs(tone - flash) < Math.abs(best - flash) ? tone : best), Infinity);
    const skews = lights.map((flash) => nearest(flash) - flash).sort((a, b) => a - b);
    const middle = skews[Math.floor(skews.length / 2)] ?? Infinity;
    console.log(`from flash to beep: ${skews.map((skew) => Math.round(skew)).join(' ')} ms`);
    expect(skews.length).toBeGreaterThan(3);
    expect(Math.abs(middle)).toBeLessThan(SKEW_MS_MAX);
  });

  it('is shown to its key holder in a browser, while it is still being made, and seeks', async () => {
    const { link, end } = await holder.plays('--identity', holder.key(2), folderIn('recordings') ?? '');
    const window = await context((browsers as [Browser])[0], DESKTOP);
    const page = await window.newPage();
    const problems: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    await page.goto(link);
    const film = page.locator('video');
    await film.evaluate((video: HTMLVideoElement) => video.play());
    const shown = () => film.evaluate((video: HTMLVideoElement) => ({
      at: video.currentTime, width: video.videoWidth, pictures: video.getVideoPlaybackQuality().totalVideoFrames,
    }));
    await expect.poll(async () => (await shown()).at, { message: 'the film runs' }).toBeGreaterThan(2);
    const { width, pictures } = await shown();
    expect(width).toBeGreaterThan(0);
    expect(pictures).toBeGreaterThan(20);
    await film.evaluate((video: HTMLVideoElement) => { video.currentTime = 10; });
    await expect.poll(async () => (await shown()).at, { message: 'it runs on from there' }).toBeGreaterThan(10.5);
    expect((await shown()).pictures).toBeGreaterThan(pictures);
    const stranger = await fetch(new URL('/', link));
    expect(stranger.status, 'without the secret of the link').toBe(404);
    expect(problems).toEqual([]);
    await window.close();
    expect(await end()).toBe(0);
  });
});

/** When the brightest part of the picture becomes bright, in milliseconds. */
function flashes(film: string): number[] {
  const graph = `movie=${film},signalstats`;
  const entries = 'frame=pts_time:frame_tags=lavfi.signalstats.YAVG';
  const text = execFileSync('ffprobe', ['-v', 'error', '-f', 'lavfi', graph, '-show_entries', entries, '-of', 'csv=p=0'], { encoding: 'utf8' });
  const frames = text.trim().split('\n').map((line) => line.split(',').map(Number));
  const light = frames.map(([, value]) => value ?? 0);
  const edge = (Math.max(...light) + Math.min(...light)) / 2;
  return frames.flatMap(([at], index) => ((light[index] ?? 0) > edge && index > 0 && (light[index - 1] ?? 0) <= edge ? [(at ?? 0) * 1000] : []));
}

/** When the tone of the claps begins, in milliseconds. */
function beeps(film: string): number[] {
  const rate = 8_000;
  const tone = ['-af', 'bandpass=f=1000:width_type=h:w=100', '-ac', '1', '-ar', String(rate), '-f', 's16le', '-'];
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', film, ...tone], { maxBuffer: 1 << 28 });
  const step = rate / 200;
  const loud: number[] = [];
  for (let at = 0; at + step <= raw.length / 2; at += step) {
    let sum = 0;
    for (let sample = at; sample < at + step; sample += 1) sum += raw.readInt16LE(sample * 2) ** 2;
    loud.push(Math.sqrt(sum / step));
  }
  const edge = Math.max(...loud) / 3;
  return loud.flatMap((value, index) => (value > edge && loud.slice(Math.max(0, index - 40), index).every((before) => before <= edge) ? [index * 5] : []));
}
