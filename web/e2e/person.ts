// One person in front of one browser window. In: their link. Out: what they do and what they see. Never: reaches past the page.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Camera, context, DESKTOP, SMALL, type Window } from './browser';
import { installClaps } from './claps';
import { install, type Inbound } from './probe';
import type { ServerMessage } from '../src/protocol';
import type { Seat } from './server';

export type Options = {
  camera?: Camera;
  window?: Window;
  /** What the browser says of the person's language and region. */
  locale?: string;
  /** What the test does to the page before it is opened. */
  prepare?: (page: Page) => Promise<void>;
};

/** A second of sound at the rate Opus plays. */
const SECOND_SAMPLES = 48_000;
/** Audio energy of a second that counts as silence. */
const SILENCE_ENERGY_MAX = 1e-4;

export type Tile = { participant: string; source: string; brightness: number; mark: string; red: number; blue: number };

export class Person {
  /** Every address the page asked for, and the Referer it sent along. */
  readonly requests: { url: string; method: string; referer: string }[] = [];
  /** What it said on the WebSocket. */
  readonly sent: string[] = [];
  /** What it was told there. */
  readonly heard: string[] = [];
  readonly problems: string[] = [];

  private constructor(readonly seat: Seat, readonly page: Page, readonly context: BrowserContext) {}

  static async open(browser: Browser, seat: Seat, options: Options = {}): Promise<Person> {
    const window = await context(browser, options.window ?? DESKTOP, options.locale);
    const page = await window.newPage();
    const person = new Person(seat, page, window);
    person.watch();
    await page.addInitScript(install, options.camera ?? SMALL);
    if (options.camera?.claps) await page.addInitScript(installClaps, options.camera);
    await options.prepare?.(page);
    await page.goto(seat.link);
    return person;
  }

  private watch(): void {
    this.page.on('request', (request) => {
      this.requests.push({ url: request.url(), method: request.method(), referer: request.headers().referer ?? '' });
    });
    this.page.on('websocket', (socket) => {
      socket.on('framesent', (frame) => this.sent.push(String(frame.payload)));
      socket.on('framereceived', (frame) => this.heard.push(String(frame.payload)));
    });
    this.page.on('pageerror', (error) => this.problems.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
  }

  async join(): Promise<void> {
    await this.page.getByRole('meter').waitFor();
    await this.press('Join');
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Lets somebody in, after the second look at who it is. */
  async letsIn(other: Seat): Promise<void> {
    await this.press(`Let in ${other.name}`);
    await this.press('Yes, let in');
  }

  /** Waits for a heading, which every screen has. */
  at(heading: string): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' });
  }

  says(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  isLive(): Promise<void> {
    return this.at('Visit in progress');
  }

  leaveWindow(): Promise<void> {
    return this.context.close();
  }

  inbound(): Promise<Inbound[]> {
    return this.page.evaluate(() => window.probe.inbound());
  }

  tile(other: Seat, source = 'camera') {
    return this.page.locator(`.tile[data-participant="${other.id}"][data-source="${source}"]`);
  }

  /** Pixels of every moving tile, drawn to a canvas. */
  tiles(): Promise<Tile[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.tile')].flatMap((tile) => {
        const video = tile.querySelector('video');
        if (!video || video.videoWidth === 0) return [];
        const canvas = document.createElement('canvas');
        const [width, height] = [64, 36];
        Object.assign(canvas, { width, height });
        const pen = canvas.getContext('2d', { willReadFrequently: true })!;
        pen.drawImage(video, 0, 0, width, height);
        const { data } = pen.getImageData(0, 0, width, height);
        let [red, green, blue, mark] = [0, 0, 0, 0];
        for (let at = 0; at < data.length; at += 4) {
          red += data[at]!;
          green += data[at + 1]!;
          blue += data[at + 2]!;
          mark = (Math.imul(mark, 31) + data[at]! + 7 * data[at + 1]! + 13 * data[at + 2]!) | 0;
        }
        const pixels = data.length / 4;
        return [{
          participant: tile.dataset.participant ?? '', source: tile.dataset.source ?? '', mark: String(mark),
          brightness: (red + green + blue) / (3 * pixels), red: red / pixels, blue: blue / pixels,
        }];
      }),
    );
  }

  /** Milliseconds between two marks of the page. */
  between(from: string, to: string): Promise<number | null> {
    return this.page.evaluate(([start = '', end = '']) => {
      const [first] = performance.getEntriesByName(start);
      const [last] = performance.getEntriesByName(end);
      return first && last ? last.startTime - first.startTime : null;
    }, [from, to]);
  }

  /** Every other's picture moves, is not black, and goes on being decoded; every other's voice arrives and is not silence. */
  async seesAndHears(others: Seat[], source = 'camera'): Promise<void> {
    const wanted = others.map((other) => other.id).sort();
    const first = await this.settled(wanted, source);
    await expect.poll(async () => changed(first, await this.tiles(), source), { message: `${this.seat.name} sees moving pictures` }).toEqual(wanted);
    await this.decodes(others.length, 'video');
  }

  private async settled(wanted: string[], source: string): Promise<Tile[]> {
    let tiles: Tile[] = [];
    await expect.poll(async () => {
      tiles = await this.tiles();
      return tiles.filter((tile) => tile.source === source && tile.brightness > 8).map((tile) => tile.participant).sort();
    }, { message: `${this.seat.name} sees pictures that are not black` }).toEqual(wanted);
    return tiles;
  }

  async hears(count: number): Promise<void> {
    await this.decodes(count, 'audio');
  }

  /** Sound of that person rises: they are heard. */
  async hearsVoice(other: Seat): Promise<void> {
    const before = await this.voice(other);
    const now = async () => (await this.voice(other)).energy;
    await expect.poll(now, { message: `${this.seat.name} hears ${other.name}` }).toBeGreaterThan(before.energy);
  }

  /** A second of that person's line is played, and there is no sound in it. */
  async hearsNothingOf(other: Seat): Promise<void> {
    // What was said before they muted may still be on its way.
    const flushed = await this.afterASecond(other, await this.voice(other));
    const later = await this.afterASecond(other, flushed);
    // The decoder's own noise adds about 1e-9 a second, a voice about 0.1.
    expect(later.energy - flushed.energy, `${this.seat.name} hears nothing of ${other.name}`).toBeLessThan(SILENCE_ENERGY_MAX);
  }

  private async afterASecond(other: Seat, from: Inbound): Promise<Inbound> {
    let now = from;
    await expect.poll(async () => {
      now = await this.voice(other);
      return now.samples - from.samples;
    }, { message: `${this.seat.name} goes on playing the line of ${other.name}` }).toBeGreaterThanOrEqual(SECOND_SAMPLES);
    return now;
  }

  /** The receive line that carries that person's voice, as the server has said last. */
  private async voice(other: Seat): Promise<Inbound> {
    const told = this.heard.map((text) => JSON.parse(text) as ServerMessage).filter((message) => message.t === 'slots');
    const slot = told[told.length - 1]?.slots.find(({ bound }) => bound?.participant === other.id && bound.source === 'microphone');
    const report = (await this.inbound()).find(({ mid, kind }) => kind === 'audio' && mid === slot?.mid);
    if (!report) throw new Error(`${this.seat.name} has no line for the voice of ${other.name}`);
    return report;
  }

  /** Waits until a good deal more has been decoded: a clock that counts pictures. */
  async whileFramesCome(frames: number): Promise<void> {
    const total = async () => (await this.inbound()).reduce((sum, report) => sum + report.framesDecoded, 0);
    const start = await total();
    await expect.poll(total, { message: `pictures go on for ${this.seat.name}` }).toBeGreaterThan(start + frames);
  }

  /** The receive lines that carry that person now, as the server has said last. */
  linesOf(other: Seat): string[] {
    const told = this.heard.map((text) => JSON.parse(text) as ServerMessage).filter((message) => message.t === 'slots');
    return (told[told.length - 1]?.slots ?? []).filter(({ bound }) => bound?.participant === other.id).map(({ mid }) => mid);
  }

  private async decodes(count: number, kind: 'audio' | 'video'): Promise<void> {
    const before = new Map((await this.inbound()).map((report) => [report.mid, report]));
    await expect.poll(async () => {
      const rising = (await this.inbound()).filter((report) => report.kind === kind && goesOn(before.get(report.mid), report));
      return rising.length;
    }, { message: `${this.seat.name} decodes ${kind} of ${count}` }).toBeGreaterThanOrEqual(count);
  }

  /** The page has asked for nothing outside, and has thrown nothing. */
  hasNoProblems(): void {
    expect(this.problems).toEqual([]);
  }
}

/** A voice goes on when samples come out and are not silence, a picture when frames are decoded. */
function goesOn(before: Inbound | undefined, now: Inbound): boolean {
  if (now.kind === 'video') return now.framesDecoded > (before?.framesDecoded ?? 0);
  return now.samples > (before?.samples ?? 0) && now.energy > (before?.energy ?? 0);
}

function changed(before: Tile[], now: Tile[], source: string): string[] {
  return now
    .filter((tile) => tile.source === source && tile.mark !== before.find((was) => was.participant === tile.participant && was.source === source)?.mark)
    .map((tile) => tile.participant)
    .sort();
}
