// Who holds the keys, away from the server. In: a folder of their own. Out: key pairs, and what `bedside recording` says. Never: a key where the server is.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from './server';

export class Holder {
  readonly home = mkdtempSync(join(tmpdir(), 'bedside-keys-'));

  /** Makes as many key pairs; the public keys, as the server's settings take them. */
  recipients(count: number): string {
    return Array.from({ length: count }, (_, number) => this.tool('keygen', '--out', this.key(number + 1)).trim()).join(',');
  }

  key(number: number): string {
    return this.at(`key-${number}.txt`);
  }

  at(name: string): string {
    return join(this.home, name);
  }

  tool(...args: string[]): string {
    return execFileSync(PROGRAM, ['recording', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Shows a recording, until it is ended as a person would: with Ctrl-C. */
  async plays(...args: string[]): Promise<{ link: string; end: () => Promise<number | null> }> {
    const child = spawn(PROGRAM, ['recording', 'play', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let said = '';
    const link = new Promise<string>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        said += chunk.toString();
        const found = /http:\/\/\S+/.exec(said);
        if (found) resolve(found[0]);
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      void ended.then((code) => reject(new Error(`play has exited with ${code}:\n${said}`)));
    });
    const end = () => {
      child.kill('SIGINT');
      return ended;
    };
    return { link: await link, end };
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
