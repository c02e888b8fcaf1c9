// Chromium with devices that are not there. In: nothing. Out: a browser, and windows of it that know nothing of each other. Never: a download.
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';

const FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  // Several visitors share one browser here; none of them is in the background.
  '--disable-background-timer-throttling', '--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows',
  '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--auto-select-desktop-capture-source=Entire screen',
];

const EXECUTABLE = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';

export function launch(more: string[] = [], without: string[] = []): Promise<Browser> {
  const options: LaunchOptions = {
    executablePath: EXECUTABLE,
    args: [...FLAGS.filter((flag) => !without.includes(flag)), ...more],
    // Playwright mutes the browser by default; a muted one still decodes, but this is about sound.
    ignoreDefaultArgs: ['--mute-audio'],
  };
  return chromium.launch(options);
}

/** How large a picture the camera gives; two cores encode four small ones, not four large ones. */
export type Camera = {
  width: number;
  height: number;
  /** A plain picture of this colour, so that a test can tell whose it is. */
  colour?: string;
  /** Camera and microphone that flash and beep at the same moments, so that what was kept of both can be compared. */
  claps?: boolean;
  /** A page that keeps its connection after it was told to go. */
  stubborn?: boolean;
};

export const SMALL: Camera = { width: 640, height: 360 };
export const LARGE: Camera = { width: 1280, height: 720 };

export type Window = { width: number; height: number; dark?: boolean; scale?: number };
export const DESKTOP: Window = { width: 1280, height: 800 };
export const PHONE: Window = { width: 390, height: 844 };

export async function context(browser: Browser, window: Window, locale = 'en-GB'): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: window.width, height: window.height },
    colorScheme: window.dark ? 'dark' : 'light',
    deviceScaleFactor: window.scale ?? 1,
    locale,
    timezoneId: 'Europe/Vienna',
  });
}
