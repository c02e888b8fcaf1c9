// The API's document in a browser. In: `/docs`. Out: its operations, drawn. Never: a request to another host.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { context, DESKTOP, launch } from './browser';
import { Server } from './server';

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

describe('the docs', () => {
  it('show every operation, without an error and without another host', async () => {
    const window = await context(browser, DESKTOP);
    const page = await window.newPage();
    const problems: string[] = [];
    const hosts = new Set<string>();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:') hosts.add(host);
    });
    await page.goto(`${server.base}/docs/`, { waitUntil: 'networkidle' });
    const document = (await (await server.call('GET', '/v1/openapi.json')).json()) as {
      paths: Record<string, object>;
      webhooks: Record<string, object>;
    };
    const drawn = [...Object.values(document.paths), ...Object.values(document.webhooks)];
    const wanted = drawn.reduce<number>((sum, operations) => sum + Object.keys(operations).length, 0);
    expect(wanted).toBeGreaterThan(3);
    await expect.poll(() => page.locator('.opblock').count()).toBe(wanted);
    for (const path of Object.keys(document.paths)) {
      expect(await page.locator(`.opblock [data-path="${path}"]`).count(), path).toBeGreaterThan(0);
    }
    expect(problems).toEqual([]);
    expect([...hosts]).toEqual([new URL(server.base).host]);
    await window.close();
  });
});
