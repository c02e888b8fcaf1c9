// What everybody needs of a screen. In: a screen. Out: what stands in somebody's way. Never: an exception from a rule.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESKTOP } from './browser';
import type { Person } from './person';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Axe = { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await (window as unknown as { axe: Axe }).axe.run()).violations);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** Rules of axe in light and in dark, and no sideways scrolling where WCAG wants text to reflow. */
export async function everybodyCanUse(person: Pick<Person, 'page'>, screen: string): Promise<void> {
  const { page } = person;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page), `${screen}, ${colorScheme}`).toEqual([]);
  }
  for (const [width, height] of [[320, 640], [640, 400]] as const) {
    await page.setViewportSize({ width, height });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${screen} at ${width}`).toBeLessThanOrEqual(width);
    expect(await small(page), `${screen} at ${width}: targets`).toEqual([]);
  }
  await page.setViewportSize({ width: DESKTOP.width, height: DESKTOP.height });
}

/** Buttons a trembling finger would miss, or that are cut off. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, select, summary')].filter((target) => {
      const { width, height, left, right } = target.getBoundingClientRect();
      return width > 0 && (width < 48 || height < 48 || left < 0 || right > innerWidth);
    }).map((target) => target.outerHTML));
}
