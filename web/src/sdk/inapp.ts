// Pages opened inside another app, where camera and microphone are often out of reach.
// In: what the browser says of itself. Out: the app by its own name, and the browser of this device to open the link in.
// Never: turns anybody away; it is said only where the devices cannot be had.
import type { DeviceProblem } from './devices';

/** What an app's own browser says of itself, best known first: some name the apps they are made of as well. */
const APPS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Messenger', /FBAN\/Messenger|MessengerForiOS|MessengerLiteForiOS|FB_IAB\/(?:Orca|MESSENGER)/],
  ['Instagram', /\bInstagram\b/],
  ['Threads', /\bBarcelona\b/],
  ['Facebook', /\bFB(?:AN|AV|IOS)\/|\bFB_IAB\//],
  ['WhatsApp', /\bWhatsApp\//],
  ['WeChat', /\bMicroMessenger\//],
  ['LINE', /\bLine\/\d/],
  ['KakaoTalk', /\bKAKAOTALK\b/],
  ['Telegram', /\bTelegram-Android\//],
  ['Viber', /\bViber\//],
  ['Snapchat', /\bSnapchat\b/],
  ['TikTok', /\bmusical_ly|\bBytedanceWebview\b|\bTikTok\b/],
  ['LinkedIn', /\bLinkedInApp\b/],
  ['X', /\bTwitter for \w|\bTwitterAndroid\b/],
  ['Gmail', /\bGmail(?:iOS)?\//],
  ['Google', /\bGSA\//],
  ['Outlook', /\bOutlook-(?:iOS|Android)\b|\bOutlookMobile\b/],
  ['Teams', /\bTeamsMobile-(?:iOS|Android)\b/],
];

/** A page inside an app that does not give its name. */
const ANDROID_PAGE = /;\s*wv\)/;
const IOS_DEVICE = /\b(?:iPhone|iPad|iPod)\b/;
/** Every browser of an iPhone that stands by itself says this. */
const IOS_BROWSER = /\bSafari\//;

export type Inside = {
  /** Empty where the app does not say its name. */
  app: string;
  browser: 'Safari' | 'Chrome' | 'Edge';
};

/** Null in a browser that stands by itself. */
export function inside(userAgent: string): Inside | null {
  const [app] = APPS.find(([, mark]) => mark.test(userAgent)) ?? [''];
  const unnamed = ANDROID_PAGE.test(userAgent) || (IOS_DEVICE.test(userAgent) && !IOS_BROWSER.test(userAgent));
  return app !== '' || unnamed ? { app, browser: browserOf(userAgent) } : null;
}

/** The one that is on the device from the beginning. */
function browserOf(userAgent: string): Inside['browser'] {
  if (IOS_DEVICE.test(userAgent) || /\bMacintosh\b/.test(userAgent)) return 'Safari';
  return /\bWindows\b/.test(userAgent) ? 'Edge' : 'Chrome';
}

/** Whether opening the page elsewhere may help: the app keeps back what the device has. */
export function helpsElsewhere(problems: Partial<Record<'camera' | 'microphone', DeviceProblem>>): boolean {
  return [problems.camera, problems.microphone].some((problem) => problem === 'unsupported' || problem === 'refused');
}
