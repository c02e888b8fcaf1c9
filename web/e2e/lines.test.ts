// Two people, one of them on a bad line. In: the real program, real Chromium, a modelled line between them. Out: a table of what was heard and seen; target/lines/report.json and run.svg. Never: fails for less than a gross break; a number that could be better is for the table.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, SMALL } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { agrees, forecastOf, forecasts } from './forecast';
import { FREE, type Phase, SHORT, WHOLE } from './phases';
import { type Mark, plot, type Point } from './plot';
import { concealedPercent, lineSummary, type Metric, pictureAfter, read, type Reading, since, summary } from './quality';
import { Line, type WayReport } from './relay';
import { writeScene } from './scene';
import { seatOf, Server } from './server';
import { writeVoice } from './voice';

/** `make lines` goes through all of it; `make e2e` through the one that matters most. */
const IS_WHOLE = process.env.E2E_LINES === 'all';
const TARGET = join(import.meta.dirname, '../../target');

const PHASES = IS_WHOLE ? WHOLE : SHORT;

const READ_EVERY_MS = 500;
const REPORT_EVERY_MS = 1000;
/** How long the line of a visit may take to settle before the first phase; a machine under load is slow to begin. */
const SETTLE_MS = 20_000;
/** The end of a phase, where the adaptation has had its time: the voice goes on there. */
const END_MS = 5000;
const CONCEALED_PERCENT_MAX = 50;
/** A relay that is this late has changed the line by itself. */
const LATE_MS_MAX = 30;

type Measured = { phase: Phase; readings: Reading[]; reports: WayReport[] };

let server: Server;
let browsers: Browser[];
let patient: Person;
let clinician: Person;
const line = new Line(FREE);
const folder = mkdtempSync(join(tmpdir(), 'bedside-lines-'));
const measured = new Map<string, Measured>();
/** Lines of the picture before the first phase, by the direction it comes in. */
let former = { down: 0, up: 0 };

beforeAll(async () => {
  server = await Server.start();
  const [voice, scene] = [join(folder, 'voice.wav'), join(folder, 'scene.y4m')];
  writeVoice(voice);
  writeScene(scene);
  const devices = [`--use-file-for-fake-audio-capture=${voice}`, `--use-file-for-fake-video-capture=${scene}`];
  browsers = await Promise.all([launch(devices), launch(devices)]);
  const visit = await server.visit([CLINICIAN, PATIENT]);
  clinician = await Person.open(browsers[0]!, seatOf(visit, 'clinician'));
  await clinician.join();
  patient = await Person.open(browsers[1]!, seatOf(visit, 'patient'), { prepare: (page) => line.prepare(page) });
  await patient.join();
  await patient.at(WAITING);
  await clinician.letsIn(patient.seat);
  await patient.isLive();
});

afterAll(async () => {
  await disperse([patient, clinician].filter(Boolean));
  for (const browser of browsers ?? []) await browser.close();
  await line.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits for the whole picture at both ends; what there is in the end counts as the former one. */
async function settle(): Promise<void> {
  const until = performance.now() + SETTLE_MS;
  do {
    await sleep(READ_EVERY_MS);
    const [down, up] = await Promise.all([read(patient.page), read(clinician.page)]);
    former = { down: down.video.height, up: up.video.height };
  } while (Math.min(former.down, former.up) < SMALL.height && performance.now() < until);
}

async function measure(phase: Phase): Promise<Measured> {
  await line.order(phase.order);
  await sleep((phase.warm ?? 0) * 1000);
  await line.report();
  const page = (phase.way === 'down' ? patient : clinician).page;
  const [readings, reports]: [Reading[], WayReport[]] = [[await read(page)], []];
  const start = performance.now();
  let reportAt = start + REPORT_EVERY_MS;
  for (let at = start + READ_EVERY_MS; at <= start + phase.seconds * 1000; at += READ_EVERY_MS) {
    await sleep(Math.max(0, at - performance.now()));
    readings.push(await read(page));
    if (performance.now() < reportAt - READ_EVERY_MS / 2) continue;
    reports.push((await line.report())[phase.way]);
    reportAt += REPORT_EVERY_MS;
  }
  return { phase, readings, reports };
}

function metrics({ phase, readings, reports }: Measured): Metric[] {
  const after = (metric: string, height: number): Metric[] => {
    const seconds = phase.isLifted ? pictureAfter(readings, height) : null;
    return seconds === null ? [] : [{ metric, unit: 's', value: Math.round(seconds * 10) / 10 }];
  };
  return [
    ...summary(readings),
    ...after('picture_after', 1),
    ...after('former_picture_after', former[phase.way]),
    ...lineSummary(reports, REPORT_EVERY_MS / 1000),
  ];
}

function table(all: Measured[]): string {
  const rows = forecasts(TARGET);
  const columns = all.map((each) => new Map(metrics(each).map((metric) => [metric.metric, metric])));
  const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
  const [beside, apart]: [string[], string[]] = [[], []];
  const cell = (index: number, name: string) => {
    const [metric, phase] = [columns[index]?.get(name), all[index]?.phase];
    if (!metric || !phase) return '';
    const forecast = forecastOf(rows, phase, name);
    if (forecast === null) return String(metric.value);
    beside.push(name);
    if (!agrees(metric, forecast)) apart.push(`${phase.name}, ${name}: ${metric.value} ${metric.unit} here, ${forecast} there`);
    return `${metric.value} (${forecast})`;
  };
  const unit = (name: string) => columns.map((column) => column.get(name)?.unit).find((each) => each !== undefined) ?? '';
  const cells = [['', '', ...all.map(({ phase }) => phase.name)], ...names.map((name) => [name, unit(name), ...all.map((_, index) => cell(index, name))])];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((each, column) => (column < 2 ? each.padEnd(widths[column]!) : each.padStart(widths[column]!))).join('  ').trimEnd());
  if (beside.length > 0) lines.push('', 'In brackets: what `bedside sim page` has said.');
  if (apart.length > 0) lines.push('Browser and simulator are more than a quarter apart:', ...apart.map((each) => `  ${each}`));
  return lines.join('\n');
}

function keep(all: Measured[]): void {
  mkdirSync(join(TARGET, 'lines'), { recursive: true });
  const report = all.flatMap((each) => metrics(each).map((metric) => ({ phase: each.phase.name, ...metric })));
  writeFileSync(join(TARGET, 'lines/report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(TARGET, 'lines/run.svg'), drawn(all));
}

/** The whole run as a picture: each phase begins where the one before it has ended. */
function drawn(all: Measured[]): string {
  let seconds = 0;
  const marks: Mark[] = [];
  const [video, audio, height, concealed, queue]: [Point[], Point[], Point[], Point[], Point[]] = [[], [], [], [], []];
  for (const { phase, readings, reports } of all) {
    marks.push({ at: seconds, name: phase.name });
    const first = readings[0]?.at ?? 0;
    readings.slice(1).forEach((now, index) => {
      const stretch = since(readings[index] ?? now, now);
      const at = seconds + (now.at - first) / 1000;
      video.push([at, (8 * stretch.video.bytes) / stretch.at]);
      audio.push([at, (8 * stretch.audio.bytes) / stretch.at]);
      height.push([at, stretch.video.frames > 0 ? now.video.height : 0]);
      concealed.push([at, Math.max(0, concealedPercent(stretch))]);
    });
    reports.forEach((report, index) => queue.push([seconds + ((index + 1) * REPORT_EVERY_MS) / 1000, report.queue_max_ms]));
    seconds += ((readings.at(-1)?.at ?? first) - first) / 1000;
  }
  const panel = (title: string, unit: string, ...lines: [string, Point[]][]) => ({ title, unit, lines: lines.map(([name, points]) => ({ name, points })) });
  return plot([
    panel('received', 'kbit/s', ['picture', video], ['voice', audio]),
    panel('longest wait in the line', 'ms', ['queue', queue]),
    panel('height of the picture', 'lines', ['moving', height]),
    panel('made-up voice', '%', ['concealed', concealed]),
  ], marks, seconds);
}

describe('on a line that goes bad and good again', () => {
  it('two people see and hear each other', async () => {
    await patient.hears(1);
    await clinician.hears(1);
    await patient.seesAndHears([clinician.seat]);
    await clinician.seesAndHears([patient.seat]);
  });

  it('a visit is measured', { timeout: 400_000 }, async () => {
    await settle();
    for (const phase of PHASES) measured.set(phase.name, await measure(phase));
    const all = [...measured.values()];
    keep(all);
    console.log(`\n${table(all)}\n`);
    const late = Math.max(...all.flatMap(({ reports }) => reports.map((report) => report.late_p99_ms)));
    if (late > LATE_MS_MAX) console.log(`The relay was up to ${late} ms late: this machine was too busy, the numbers above are worse than the line.`);
    expect(all).toHaveLength(PHASES.length);
  });

  it.each(PHASES)('the voice goes on: $name', ({ name }) => {
    const { readings } = measured.get(name)!;
    const last = readings.at(-1)!;
    const stretch = since(readings.find(({ at }) => at >= last.at - END_MS)!, last);
    expect(stretch.audio.packets).toBeGreaterThan(0);
    expect(stretch.audio.samples).toBeGreaterThan(0);
    expect(concealedPercent(stretch)).toBeLessThan(CONCEALED_PERCENT_MAX);
  });

  it.each(PHASES.filter(({ isLifted }) => isLifted))('the picture comes back: $name', ({ name }) => {
    expect(pictureAfter(measured.get(name)!.readings, 1)).not.toBeNull();
  });
});
