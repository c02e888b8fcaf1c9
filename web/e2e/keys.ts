// A person with a keyboard and nothing else. In: a page, the words of what they want. Out: the focus there, or the fault that there is no way. Never: a mouse.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export function focusIsOn(page: Page, name: string, tag = 'BUTTON'): Promise<void> {
  const focused = () => page.evaluate(() => [document.activeElement?.tagName, document.activeElement?.textContent?.trim()]);
  return expect.poll(focused, { message: `the focus is on “${name}”` }).toEqual([tag, name]);
}

/** Tab by tab, as a person would; a page has far fewer stops than this. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(nameOfFocus)) === name) return;
  }
  throw new Error(`no way to “${name}” by keyboard`);
}

/** What stands on a button, or beside a field. */
function nameOfFocus(): string | undefined {
  const { activeElement } = document;
  const labels = activeElement instanceof HTMLSelectElement || activeElement instanceof HTMLInputElement ? activeElement.labels : null;
  return (labels?.[0] ?? activeElement)?.textContent?.trim();
}
