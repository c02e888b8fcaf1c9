// How long the patient's page takes to start on an old telephone with a poor line. In: the built pages, Chromium slowed down. Out: a table, target/start/report.json. Never: a judgement; a machine under load is slower than a telephone.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { context, launch, PHONE, SMALL } from './browser';
import { CLINICIAN, PATIENT } from './cast';
import { install } from './probe';
import { seatOf, Server } from './server';

const RUNS = 7;
/** A telephone of 2019 beside the machine this runs on, and a line of 1 Mbit/s. */
const CPU_SLOWER = 6;
const LINE = { offline: false, downloadThroughput: 1_000_000 / 8, uploadThroughput: 1_000_000 / 8, latency: 100 };
const LONG_MS = 600_000;
const LANGUAGES = ['en', 'ar'];

type Run = {
  /** From the beginning of navigation to a Join button that can be pressed, in milliseconds. */
  usable: number;
  /** Files fetched until then, their bytes on the line, and the longest chain of fetches that waited for each other. */
  files: number;
  kilobytes: number;
  rounds: number;
  /** Tasks of the page that would keep a finger waiting: longer than 50 ms, as browsers count them. */
  longTasks: number;
};

declare global {
  interface Window {
    usableAt: number;
    longTasks: number[];
  }
}

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

/** Runs in the page before anything of it: when Join can be pressed first. Self-contained, it is sent there as text. */
function watchStart(): void {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const join = document.querySelector<HTMLButtonElement>('.welcome button.main, main button.main');
    if (join && !join.disabled && join.getBoundingClientRect().height > 0) window.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function slow(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', LINE);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWER });
  return devtools;
}

async function start(locale: string, link: string): Promise<Run> {
  const window = await context(browser, PHONE, locale);
  const page = await window.newPage();
  await page.addInitScript(install, SMALL);
  await page.addInitScript(watchStart);
  const devtools = await slow(page);
  let bytes = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => void (bytes += encodedDataLength));
  await page.goto(link, { waitUntil: 'commit', timeout: 0 });
  await page.waitForFunction(() => globalThis.window.usableAt > 0, undefined, { timeout: 0 });
  const seen = await page.evaluate(() => {
    const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const until = globalThis.window.usableAt;
    const before = files.filter((file) => file.responseEnd <= until).map((file) => ({ from: file.startTime, to: file.responseEnd }));
    return { usable: until, before, longTasks: globalThis.window.longTasks.length };
  });
  await window.close();
  const { usable, before, longTasks } = seen;
  return { usable, files: before.length + 1, kilobytes: bytes / 1_000, rounds: 1 + rounds(before), longTasks };
}

/** How many fetches the longest chain has, each begun after the one before had ended. */
function rounds(fetches: { from: number; to: number }[]): number {
  let [count, ended] = [0, 0];
  for (const { from, to } of [...fetches].sort((a, b) => a.to - b.to)) {
    if (from < ended) continue;
    [count, ended] = [count + 1, to];
  }
  return count;
}

function median(runs: Run[], of: keyof Run): number {
  const sorted = runs.map((run) => run[of]).sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]!);
}

it('how long until Join can be pressed', async () => {
  const link = seatOf(await server.visit([CLINICIAN, PATIENT]), 'patient').link;
  const report: Record<string, Run[]> = {};
  for (const locale of LANGUAGES) {
    report[locale] = [];
    for (let run = 0; run < RUNS; run += 1) report[locale].push(await start(locale, link));
  }
  const folder = join(import.meta.dirname, '../../target/start');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  const columns: (keyof Run)[] = ['usable', 'files', 'kilobytes', 'rounds', 'longTasks'];
  console.log(`CPU 1/${CPU_SLOWER}, 1 Mbit/s, ${LINE.latency} ms, nothing cached; median of ${RUNS}; milliseconds`);
  const rows = Object.entries(report).map(([locale, runs]) => {
    const medians = Object.fromEntries(columns.map((of) => [of, median(runs, of)]));
    // Whatever else runs on this machine only makes it slower.
    return [locale, { ...medians, fastest: Math.round(Math.min(...runs.map(({ usable }) => usable))) }];
  });
  console.table(Object.fromEntries(rows));
}, LONG_MS);
