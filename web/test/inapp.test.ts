// Browsers inside apps. In: what they say of themselves. Out: which app, and where to go. Never: a browser that stands by itself taken for one.
import { describe, expect, it } from 'vitest';
import { helpsElsewhere, inside } from '../src/sdk/inapp';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const ANDROID = 'Mozilla/5.0 (Linux; Android 13; SM-A536B Build/TP1A.220624.014; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36';

const INSIDE: [name: string, browser: string, userAgent: string][] = [
  ['Facebook', 'Safari', `${IPHONE} Mobile/21F90 [FBAN/FBIOS;FBAV/463.0.0.37.108;FBBV/594612011;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.5.1;FBSS/3;FBID/phone;FBLC/en_GB]`],
  ['Facebook', 'Chrome', `${ANDROID} [FB_IAB/FB4A;FBAV/463.0.0.37.108;]`],
  ['Messenger', 'Safari', `${IPHONE} Mobile/21F90 [FBAN/MessengerForiOS;FBAV/458.0.0.36.107;FBBV/593183415]`],
  ['Messenger', 'Chrome', `${ANDROID} [FB_IAB/Orca-Android;FBAV/458.0.0.54.108;]`],
  ['Instagram', 'Safari', `${IPHONE} Mobile/21F90 Instagram 331.0.0.29.90 (iPhone14,5; iOS 17_5_1; en_GB; en-GB; scale=3.00; 1170x2532; 599979763)`],
  ['Instagram', 'Chrome', `${ANDROID} Instagram 331.0.0.37.90 Android (33/13; 450dpi; 1080x2177; samsung; SM-A536B; a53x; s5e8825; en_GB; 599979763)`],
  ['Threads', 'Safari', `${IPHONE} Mobile/21F90 Barcelona 331.0.0.29.90 (iPhone14,5; iOS 17_5_1; en_GB)`],
  ['WhatsApp', 'Chrome', `${ANDROID} WhatsApp/2.24.11.79 A`],
  ['WeChat', 'Safari', `${IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003133) NetType/WIFI Language/zh_CN`],
  ['WeChat', 'Edge', 'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13)'],
  ['LINE', 'Safari', `${IPHONE} Safari Line/14.8.0`],
  ['LINE', 'Chrome', `${ANDROID} Line/14.8.0/IAB`],
  ['KakaoTalk', 'Safari', `${IPHONE} Mobile/15E148 KAKAOTALK/10.8.1 (INAPP)`],
  ['Telegram', 'Chrome', `${ANDROID} Telegram-Android/11.0.1 (Samsung SM-A536B; Android 13; SDK 33; AVERAGE)`],
  ['Snapchat', 'Safari', `${IPHONE} Mobile/21F90 Snapchat/12.90.0.45 (like Safari/8618.2.12.10.9, panda)`],
  ['TikTok', 'Safari', `${IPHONE} Mobile/21F90 musical_ly_34.9.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/GB BytedanceWebview/d8a21c6`],
  ['LinkedIn', 'Safari', `${IPHONE} Mobile/21F90 [LinkedInApp]/9.29.6391`],
  ['X', 'Safari', `${IPHONE} Mobile/21F90 Twitter for iPhone/10.44`],
  ['Gmail', 'Safari', `${IPHONE} GmailiOS/6.0.240428 Mobile/21F90 Safari/604.1`],
  ['Google', 'Safari', `${IPHONE} GSA/317.0.634488990 Mobile/15E148 Safari/604.1`],
  ['Outlook', 'Safari', `${IPHONE} Mobile/21F90 Outlook-iOS/4.2419.0`],
  ['', 'Chrome', ANDROID],
  ['', 'Safari', `${IPHONE} Mobile/21F90`],
];

const ALONE: [name: string, userAgent: string][] = [
  ['Safari on an iPhone', `${IPHONE} Version/17.5 Mobile/15E148 Safari/604.1`],
  ['Chrome on an iPhone', `${IPHONE} CriOS/125.0.6422.80 Mobile/15E148 Safari/604.1`],
  ['Firefox on an iPhone', `${IPHONE} FxiOS/126.0 Mobile/15E148 Safari/605.1.15`],
  ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36'],
  ['Samsung Internet', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36'],
  ['Firefox on Android', 'Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0'],
  ['Safari on a Mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15'],
  ['Edge', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0'],
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'],
];

describe('a page inside an app', () => {
  it.each(INSIDE)('is known: %s, to be opened in %s', (app, browser, userAgent) => {
    expect(inside(userAgent)).toEqual({ app, browser });
  });

  it.each(ALONE)('is not what this is: %s', (_, userAgent) => {
    expect(inside(userAgent)).toBeNull();
  });

  it('is better opened elsewhere where the app keeps the devices back, not where there are none', () => {
    expect(helpsElsewhere({ camera: 'unsupported', microphone: 'unsupported' })).toBe(true);
    expect(helpsElsewhere({ microphone: 'refused' })).toBe(true);
    expect([helpsElsewhere({}), helpsElsewhere({ camera: 'absent' }), helpsElsewhere({ camera: 'busy', microphone: 'interrupted' })]).toEqual([false, false, false]);
  });
});
