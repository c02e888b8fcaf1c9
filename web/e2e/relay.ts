// A bad line for a real browser. In: a page, what its line is to be like. Out: the page's media through `bedside loadtest relay`, and how the line went. Never: a packet changed; only the answer's candidates are.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const PROGRAM = process.env.BEDSIDE_BIN ?? join(import.meta.dirname, '../../target/debug/bedside');

/** A relay that is late is no test of a line; where the system lets us, it goes before the browsers. The report says whether that was enough. */
const REAL_TIME = ['-f', '-p', '10'];

/** One direction since the last report; `late_*` is this machine's doing, all else the line's. */
export type WayReport = {
  datagrams: number; bytes: number; dropped_full: number; lost: number;
  queue_p50_ms: number; queue_p95_ms: number; queue_max_ms: number; late_p99_ms: number; late_max_ms: number;
};
export type LineReport = { at_ms: number; legs: { listen: string; flows: number; down: WayReport; up: WayReport }[] };

declare global {
  interface Window {
    lineTo: (server: string) => Promise<string>;
  }
}

/** The line of one page. The relay starts when the page learns where the server is. */
export class Line {
  private child: ChildProcess | undefined;
  private server = '';
  private listen: Promise<string> | undefined;
  private readonly lines: string[] = [];
  private readonly waiting: ((line: string) => void)[] = [];

  /** @param first what the line is like from the start */
  constructor(private readonly first: string) {}

  /** Puts this line before everything the page will say to the media server. */
  async prepare(page: Page): Promise<void> {
    await page.exposeFunction('lineTo', (server: string) => this.lineTo(server));
    await page.addInitScript(detour);
  }

  /** Whether any media has gone through it yet. */
  get isUsed(): boolean {
    return this.listen !== undefined;
  }

  private lineTo(server: string): Promise<string> {
    if (this.listen && server !== this.server) throw new Error(`the server has moved from ${this.server} to ${server}`);
    this.server = server;
    this.listen ??= this.start();
    return this.listen;
  }

  private async start(): Promise<string> {
    const { BEDSIDE_BIN: _, ...env } = process.env;
    const child = spawn(PROGRAM, ['loadtest', 'relay', '--to', this.server, '--set', this.first], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.child = child;
    spawnSync('chrt', [...REAL_TIME, String(child.pid)]);
    createInterface({ input: child.stdout! }).on('line', (line) => this.heard(line));
    child.once('exit', (code) => this.heard(`the relay has ended with ${code}`));
    const ready = await this.next();
    const address = /^leg 1: (\S+) to/.exec(ready)?.[1];
    if (!address) throw new Error(ready);
    return address;
  }

  private heard(line: string): void {
    const waiter = this.waiting.shift();
    if (waiter) waiter(line);
    else this.lines.push(line);
  }

  private next(): Promise<string> {
    const line = this.lines.shift();
    return line === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(line);
  }

  private async ask(words: string): Promise<string> {
    await this.listen;
    if (!this.child?.stdin) throw new Error('no media has gone through this line yet');
    this.child.stdin.write(`${words}\n`);
    return this.next();
  }

  /** From now on it is like this: `down.kbps = 250`. */
  async order(words: string): Promise<void> {
    const told = await this.ask(words);
    if (!/^[\d.]+ s: /.test(told)) throw new Error(`${words}: ${told}`);
  }

  /** How it went since the last report. */
  async report(): Promise<{ down: WayReport; up: WayReport }> {
    const leg = (JSON.parse(await this.ask('report')) as LineReport).legs[0];
    if (!leg) throw new Error('the relay has no leg');
    return leg;
  }

  async stop(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdin?.end();
    await ended;
  }
}

/** Runs in the page before anything of it: the server's only address is the line. Self-contained, it is sent there as text. */
function detour(): void {
  const { prototype } = RTCPeerConnection;
  const native = prototype.setRemoteDescription as (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void>;
  const CANDIDATE = /^a=candidate:(\S+ 1 udp \S+) (127\.0\.0\.1) (\d+) (.*)$/;
  prototype.setRemoteDescription = async function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
    const lines = (description.sdp ?? '').split('\r\n');
    const found = lines.map((line) => CANDIDATE.exec(line)).find((match) => match !== null);
    if (!found) return native.call(this, description);
    const [host, port] = (await window.lineTo(`${found[2]}:${found[3]}`)).split(':');
    const detoured = lines.flatMap((line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      const match = CANDIDATE.exec(line);
      return match ? [`a=candidate:${match[1]} ${host} ${port} ${match[4]}`] : [];
    });
    return native.call(this, { type: description.type, sdp: detoured.join('\r\n') });
  };
}
