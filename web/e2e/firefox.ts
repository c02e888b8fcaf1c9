// A Firefox as Debian packages it, with devices that are not there. In: addresses, presses. Out: what its page shows and plays. Never: a Firefox built for tests; it is spoken to by Marionette, which every Firefox has.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const EXECUTABLE = process.env.FIREFOX_BIN ?? '/usr/bin/firefox-esr';
/** Nothing is waited for longer; a test that would is ended by itself. */
const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Devices without questions, sound without a press, and a server on this very machine, where browsers look for none. */
const PREFS: Record<string, boolean | number | string> = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  'media.peerconnection.ice.loopback': true,
  'marionette.port': 0,
  'app.update.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'intl.accept_languages': 'en-GB',
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

type Reply = { done: (value: unknown) => void; failed: (error: Error) => void };

export class Firefox {
  private heard = Buffer.alloc(0);
  private readonly replies = new Map<number, Reply>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess, private readonly profile: string, private readonly socket: Socket) {
    socket.on('data', (bytes) => this.hear(bytes));
  }

  static async start(): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'bedside-firefox-'));
    writeFileSync(join(profile, 'user.js'), Object.entries(PREFS).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
    const child = spawn(EXECUTABLE, ['--headless', '--no-remote', '--marionette', '--profile', profile], { stdio: 'ignore' });
    const port = await patiently(() => Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8')) || null);
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((ready, failed) => socket.once('connect', ready).once('error', failed));
    const firefox = new Firefox(child, profile, socket);
    await firefox.call('WebDriver:NewSession', {});
    return firefox;
  }

  open(url: string): Promise<unknown> {
    return this.call('WebDriver:Navigate', { url });
  }

  async press(name: string): Promise<void> {
    const find = { using: 'xpath', value: `//button[normalize-space(.)=${JSON.stringify(name)} and not(@disabled)]` };
    const found = await patiently(() => this.call<{ value: Record<string, string> }>('WebDriver:FindElement', find));
    await this.call('WebDriver:ElementClick', { id: Object.values(found.value)[0] });
  }

  /** What a function gives in the page. */
  async look<T, G extends unknown[]>(page: (...given: G) => T | Promise<T>, ...given: G): Promise<T> {
    const { value } = await this.call<{ value: T }>('WebDriver:ExecuteScript', { script: `return (${page.toString()})(...arguments)`, args: given });
    return value;
  }

  async at(heading: string): Promise<void> {
    await patiently(async () => ((await this.look(() => document.querySelector('h1')?.textContent ?? '')) === heading ? true : null));
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    await this.call('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => this.child.kill());
    await ended;
    this.socket.destroy();
    rmSync(this.profile, { recursive: true, force: true });
  }

  private call<T>(name: string, given: unknown): Promise<T> {
    const number = (this.asked += 1);
    const text = Buffer.from(JSON.stringify([0, number, name, given]));
    this.socket.write(`${text.length}:`);
    this.socket.write(text);
    return new Promise<T>((done, failed) => this.replies.set(number, { done: done as (value: unknown) => void, failed }));
  }

  /** Each message is its length, a colon, and JSON: whether an answer, its number, what failed, what was found. */
  private hear(bytes: Buffer): void {
    this.heard = Buffer.concat([this.heard, bytes]);
    for (;;) {
      const colon = this.heard.indexOf(':');
      const end = colon + 1 + Number(this.heard.subarray(0, Math.max(0, colon)).toString());
      if (colon < 0 || this.heard.length < end) return;
      const message = JSON.parse(this.heard.subarray(colon + 1, end).toString()) as [number, number, { error: string; message: string } | null, unknown];
      this.heard = this.heard.subarray(end);
      if (!Array.isArray(message)) continue;
      const [, number, error, found] = message;
      const reply = this.replies.get(number);
      this.replies.delete(number);
      if (error) reply?.failed(new Error(`${error.error}: ${error.message}`));
      else reply?.done(found);
    }
  }
}

/** Tries until there is something. */
async function patiently<T>(attempt: () => T | null | Promise<T | null>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      const found = await attempt();
      if (found !== null) return found;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    if (Date.now() > until) throw new Error('nothing came of it in time');
    await sleep(LOOK_EVERY_MS);
  }
}
