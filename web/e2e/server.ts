// The real program, started as a person would start it. In: a data folder. Out: its address, its links, its key. Never: a stand-in.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role, SegmentKind } from '../src/protocol';

export const PROGRAM = process.env.BEDSIDE_BIN ?? join(import.meta.dirname, '../../target/debug/bedside');

export type Seat = { role: Role; name: string; id: string; link: string };
export type Planned = { id: string; seats: Seat[] };
export type Wanted = { role: Role; display_name: string; language?: string; identifiers?: { birth_date: string; second: string } };
/** What differs from a visit that starts now under the usual rules. */
export type More = { starts_at?: string; policy?: string; queue?: string; recorded_as?: { mode: 'tracks' | 'composite'; layout?: 'speaker' | 'grid' }; segments?: { kind: SegmentKind; minutes: number; led_by: Role[] }[] };

export class Server {
  output = '';
  exitCode: number | null = null;
  private constructor(
    private readonly child: ChildProcess,
    readonly dataDir: string,
    readonly base: string,
    readonly key: string,
  ) {}

  /** Starts on a port of the system's choice, or on the one an earlier server had. */
  static async start(options: { dataDir?: string; http?: string; settings?: Record<string, string> } = {}): Promise<Server> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'bedside-e2e-'));
    const flags = ['serve', '--dev', '--data-dir', dataDir, '--http', options.http ?? '127.0.0.1:0', '--metrics', '127.0.0.1:0', '--media-port', '0'];
    const { BEDSIDE_BIN: _, ...inherited } = process.env;
    const env = { ...inherited, ...options.settings };
    const child = spawn(PROGRAM, flags, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const ready = new Promise<{ base: string; key: string }>((resolve, reject) => {
      const look = (chunk: Buffer) => {
        output += chunk.toString();
        server && (server.output = output);
        const base = /(http:\/\/[^\s/]+)\/j#\S+/.exec(output)?.[1];
        const key = /\bvk_[\w-]+/.exec(output)?.[0];
        if (base && key) resolve({ base, key });
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`bedside has exited with ${code}:\n${output}`)));
    });
    let server: Server | undefined;
    const { base, key } = await ready;
    server = new Server(child, dataDir, base, key);
    server.output = output;
    child.once('exit', (code) => {
      if (server) server.exitCode = code ?? -1;
    });
    return server;
  }

  /** The links of the visit that `--dev` makes, by role. */
  printedLinks(): string[] {
    return [...this.output.matchAll(/http:\/\/\S+\/j#\S+/g)].map((match) => match[0]);
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Schedules a visit that starts now. */
  async visit(participants: Wanted[], more: More = {}): Promise<Planned> {
    const response = await this.call('POST', '/v1/visits', {
      starts_at: new Date().toISOString(),
      duration_minutes: 30,
      participants,
      ...more,
    });
    if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
    const visit = (await response.json()) as { id: string; participants: { id: string; role: Role; display_name: string; link: string }[] };
    return { id: visit.id, seats: visit.participants.map(({ id, role, display_name, link }) => ({ id, role, name: display_name, link })) };
  }

  /** Ctrl-C, and the end of the process. */
  async interrupt(): Promise<number> {
    if (this.exitCode === null) {
      const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
      this.child.kill('SIGINT');
      await ended;
    }
    return this.exitCode ?? -1;
  }

  async stop(): Promise<void> {
    await this.interrupt();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export function seatOf(visit: Planned, role: Role): Seat {
  const seat = visit.seats.find((each) => each.role === role);
  if (!seat) throw new Error(`nobody is planned as ${role}`);
  return seat;
}
