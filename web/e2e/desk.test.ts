// The desk: staff outside a visit. In: an API key, visits with real people in them. Out: what staff sees and does there. Never: the key in a URL, or kept beyond the tab.
import { createServer, type Server as Receiver } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABS } from '../src/desk/desk';
import { bothOf } from '../src/desk/words';
import { words as en } from '../src/desk/words/en';
import { type Words, wordsOf } from '../src/words';
import { words as pageEn } from '../src/words/en';
import { context, DESKTOP, launch, type Window } from './browser';
import { CLINICIAN, disperse, PATIENT, WAITING } from './cast';
import { Person } from './person';
import { seatOf, Server, type Wanted } from './server';
import { everybodyCanUse } from './usable';

/** Beside a record. */
const NARROW: Window = { width: 320, height: 700 };
const MINUTE_MS = 60_000;

let server: Server;
let browser: Browser;
let receiver: Receiver;
/** What the receiver of webhooks was sent, by the kind of message. */
const received: string[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      received.push((JSON.parse(body) as { type: string }).type);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  server = await Server.start({ settings: { BEDSIDE__OUTWARD__ALLOW: '127.0.0.1' } });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  receiver?.close();
});

class Desk {
  readonly asked: string[] = [];
  private constructor(readonly page: Page, readonly context: BrowserContext) {
    page.on('request', (request) => this.asked.push(request.url()));
  }

  static async open(window: Window = DESKTOP, locale = 'en-GB'): Promise<Desk> {
    const own = await context(browser, window, locale);
    const desk = new Desk(await own.newPage(), own);
    await desk.page.goto(`${server.base}/desk`);
    return desk;
  }

  static async entered(window: Window = DESKTOP): Promise<Desk> {
    const desk = await Desk.open(window);
    await desk.enter(server.key);
    await desk.at(en.tab.day);
    return desk;
  }

  async enter(key: string): Promise<void> {
    await this.page.getByLabel(en.door.key).fill(key);
    await this.press(en.door.enter);
  }

  press(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  at(heading: string): Promise<void> {
    return this.page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
  }

  async show(tab: (typeof TABS)[number]): Promise<void> {
    await this.press(en.tab[tab]);
    await this.at(en.tab[tab]);
  }

  says(text: string | RegExp): Promise<void> {
    return this.page.getByText(text).first().waitFor();
  }

  /** The card of the visit in which that person is. */
  card(name: string) {
    return this.page.locator('.visit', { hasText: name });
  }

  /** What the browser keeps for this origin beyond the tab, and for the tab. */
  kept(): Promise<[string, string]> {
    return this.page.evaluate(() => [JSON.stringify(localStorage) + document.cookie, JSON.stringify(sessionStorage)]);
  }
}

describe('the key', () => {
  it('opens the desk, and is in this tab only', async () => {
    const desk = await Desk.open();
    await desk.at(en.title);
    await desk.enter('vk_nothing_at_all');
    await desk.says(en.trouble.key);
    await desk.enter(server.key);
    await desk.at(en.tab.day);
    const [beyond, tab] = await desk.kept();
    expect(beyond).not.toContain(server.key);
    expect(tab).toContain(server.key);
    expect(desk.asked.length).toBeGreaterThan(3);
    expect(desk.asked.filter((url) => url.includes('vk_'))).toEqual([]);
    expect(desk.page.url()).toBe(`${server.base}/desk`);
    expect(await desk.page.content()).not.toContain(server.key);
    await desk.page.reload();
    await desk.at(en.tab.day);

    const second = await desk.context.newPage();
    await second.goto(`${server.base}/desk`);
    await second.getByRole('heading', { level: 1, name: en.title, exact: true }).waitFor();

    await desk.press(en.nav.leave);
    await desk.at(en.title);
    expect((await desk.kept()).join('')).not.toContain(server.key);
    await desk.page.reload();
    await desk.at(en.title);
    await desk.context.close();
  });

  it('that is revoked ends the desk, and one that may do little is told so', async () => {
    const made = async (scopes: string[]) => (await (await server.call('POST', '/v1/keys', { name: 'short', scopes })).json()) as { id: string; text: string };
    const [little, gone] = [await made(['webhooks:read']), await made(['visits:read'])];
    const desk = await Desk.open();
    await desk.enter(little.text);
    await desk.at(en.tab.day);
    await desk.says(en.trouble.scope);
    await desk.press(en.nav.leave);
    await desk.enter(gone.text);
    await desk.says(/^As of/);
    expect((await server.call('DELETE', `/v1/keys/${gone.id}`)).status).toBe(204);
    await desk.press(en.look.again);
    await desk.says(en.trouble.key);
    await desk.at(en.title);
    await desk.context.close();
  });
});

describe('the day', () => {
  const patient: Wanted = { ...PATIENT, display_name: 'Olga Reis', language: 'de' };
  const clinician: Wanted = { ...CLINICIAN, display_name: 'Dr. Amara Diallo' };

  it('shows who waits and what is missing, and lets staff in', async () => {
    const visit = await server.visit([clinician, patient], { policy: 'us-all-party', queue: 'evening' });
    const desk = await Desk.entered(NARROW);
    const card = desk.card('Olga Reis');
    await card.getByText(en.light.nobody).waitFor();
    await card.getByText('German').waitFor();

    const guest = await Person.open(browser, seatOf(visit, 'patient'), { locale: 'en-GB' });
    await guest.page.locator('button[lang="en"]').click();
    await guest.join();
    await guest.at(WAITING);
    await desk.press(en.look.again);
    await card.getByText(/^Olga Reis has waited for (a minute|\d+ minutes)$/).waitFor();
    const { light } = en;
    await card.getByText(new RegExp(`^${light.missing('').trim()}.*${pageEn.purpose.telehealth}`)).waitFor();
    await guest.press('Yes, I agree: Video visit');
    await expect.poll(async () => {
      await desk.press(en.look.again);
      return card.getByText(new RegExp(pageEn.purpose.telehealth)).count();
    }).toBe(0);

    await desk.page.getByLabel(en.day.staff).selectOption('Dr. Amara Diallo');
    expect(await desk.page.locator('.visit').count()).toBe(1);
    const opened = desk.context.waitForEvent('page');
    await card.getByRole('button', { name: en.seat.open('Dr. Amara Diallo') }).click();
    const inside = await opened;
    await inside.getByRole('button', { name: 'Join', exact: true }).waitFor();
    expect(new URL(inside.url()).hash).toBe('');
    expect(await inside.evaluate(() => JSON.stringify(sessionStorage)), 'the desk’s key stays with the desk').not.toContain('vk_');
    await inside.getByRole('button', { name: 'Join', exact: true }).click();
    await inside.getByRole('heading', { level: 1, name: pageEn.live.title }).waitFor();
    // Somebody sits on that seat now: a new link would close their page, so it is asked first.
    await expect.poll(async () => {
      await desk.press(en.look.again);
      await card.getByRole('button', { name: en.seat.open('Dr. Amara Diallo') }).click();
      return desk.page.getByText(en.seat.ask('Dr. Amara Diallo')).count();
    }).toBe(1);
    await desk.press(en.seat.no);
    await inside.getByRole('heading', { level: 1, name: pageEn.live.title }).waitFor();
    await disperse([guest]);
    await desk.context.close();
  });
});

describe('the board', () => {
  it('shows each queue, and points out who waits too long', async () => {
    const visit = await server.visit([CLINICIAN, { ...PATIENT, display_name: 'Nils Aho' }], { queue: 'night' });
    const guest = await Person.open(browser, seatOf(visit, 'patient'));
    await guest.join();
    await guest.at(WAITING);
    const desk = await Desk.entered();
    await desk.show('board');
    const column = desk.page.getByRole('region', { name: 'night' });
    await column.getByText(en.board.waiting(1)).waitFor();
    await column.getByText(en.board.place(1)).waitFor();
    expect(await desk.card('Nils Aho').getAttribute('data-breach')).toBe('calm');
    // Only the clock of this page goes on: a test that waits a quarter of an hour is not run.
    await desk.page.clock.setFixedTime(Date.now() + 16 * MINUTE_MS);
    await desk.show('day');
    await desk.show('board');
    await column.getByText(en.light.late).waitFor();
    expect(await desk.card('Nils Aho').getAttribute('data-breach')).toBe('late');
    await disperse([guest]);
    await desk.context.close();
  });
});

/** Somebody who waits in a queue, and reads their own language. */
async function waitsIn(queue: string, name: string, tongue: string): Promise<{ id: string; guest: Person; words: Words }> {
  const words = await wordsOf(tongue);
  const visit = await server.visit([CLINICIAN, { ...PATIENT, display_name: name, language: tongue }], { queue });
  const guest = await Person.open(browser, seatOf(visit, 'patient'));
  await guest.page.locator(`button[lang="${tongue}"]`).click();
  await guest.page.getByRole('meter').waitFor();
  await guest.press(words.welcome.join);
  await guest.at(words.waiting.title);
  return { id: visit.id, guest, words };
}

describe('a coordinator', () => {
  it('moves a visit to another queue, and whoever waits learns their new place', async () => {
    const first = await waitsIn('ward-a', 'Ada Holm', 'en');
    const second = await waitsIn('ward-b', 'Bo Lund', 'en');
    await second.guest.says(pageEn.queue.next);
    const desk = await Desk.entered(NARROW);
    await desk.show('board');
    const button = () => desk.page.getByRole('button', { name: en.transfer.openName('Bo Lund') });
    const renamed = async (display_name: string) =>
      expect((await server.call('PATCH', `/v1/visits/${second.id}/participants/${second.guest.seat.id}`, { display_name })).status).toBe(200);
    await button().click();
    await desk.page.getByLabel(en.transfer.to).selectOption('ward-a');
    await renamed('Bo Lundgren');
    await desk.press(en.transfer.yes);
    await desk.says(en.trouble.not_now);
    await second.guest.says(pageEn.queue.next);
    await renamed('Bo Lund');
    await desk.press(en.look.again);

    // Without a mouse: the focus goes to the answer that changes nothing, Escape is no, and it is back where it was.
    const focused = () => desk.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
    await button().focus();
    await desk.page.keyboard.press('Enter');
    await expect.poll(focused).toBe(en.transfer.no);
    await desk.page.keyboard.press('Escape');
    await expect.poll(focused).toBe(en.transfer.openName('Bo Lund'));
    await desk.page.keyboard.press('Enter');
    await desk.page.getByText(en.transfer.from('ward-b')).waitFor();
    await desk.page.getByLabel(en.transfer.to).selectOption('ward-a');
    await desk.page.getByRole('button', { name: en.transfer.yes }).focus();
    await desk.page.keyboard.press('Enter');
    await second.guest.says(pageEn.queue.place(2));
    const column = desk.page.getByRole('region', { name: 'ward-a' });
    await column.getByText(en.board.waiting(2)).waitFor();
    expect(await desk.page.getByRole('region', { name: 'ward-b' }).count()).toBe(0);

    await button().click();
    await desk.page.getByLabel(en.transfer.to).selectOption({ label: en.transfer.other });
    await desk.page.getByLabel(en.transfer.name).fill('ward-c');
    await desk.press(en.transfer.yes);
    await desk.page.getByRole('region', { name: 'ward-c' }).getByText('Bo Lund', { exact: true }).waitFor();
    await second.guest.says(pageEn.queue.next);
    await disperse([first.guest, second.guest]);
    await desk.context.close();
  });

  it('writes to those who wait, and each reads it in their language, also after a reload', async () => {
    const [one, two] = [await waitsIn('spa', 'Inés Rey', 'es'), await waitsIn('spa', 'Jo Berry', 'en')];
    const told = ({ guest, words }: typeof one) => guest.page.getByRole('log', { name: words.lobby.title });
    expect([await told(one).count(), await told(two).count()], 'the live region is there before there is a word in it').toEqual([1, 1]);
    const desk = await Desk.entered(NARROW);
    await desk.show('board');
    const column = desk.page.getByRole('region', { name: 'spa' });
    await column.getByRole('button', { name: en.message.queueName('spa') }).click();
    await desk.page.getByLabel(en.message.what).selectOption(pageEn.lobby.ready.late(10));
    await desk.press(en.message.send);
    await column.getByText(en.message.sent(2)).waitFor();
    await told(one).getByText(one.words.lobby.ready.late(10)).waitFor();
    await told(two).getByText(pageEn.lobby.ready.late(10)).waitFor();

    await column.getByRole('button', { name: en.message.openName('Jo Berry') }).click();
    await desk.page.getByLabel(en.message.what).selectOption(en.message.own);
    await desk.page.getByLabel(en.message.text).fill('The tea is on the left.');
    await desk.press(en.message.send);
    await column.getByText(en.message.sent(1)).waitFor();
    await told(two).getByText('The tea is on the left.').waitFor();

    for (const { guest } of [one, two]) await guest.page.reload();
    await told(two).getByText('The tea is on the left.').waitFor();
    await told(two).getByText(pageEn.chat.staff).first().waitFor();
    await told(one).getByText(one.words.lobby.ready.late(10)).waitFor();
    expect(await told(one).getByText('The tea is on the left.').count()).toBe(0);
    one.guest.hasNoProblems();
    two.guest.hasNoProblems();
    await disperse([one.guest, two.guest]);
    await desk.context.close();
  });
});

describe('the settings', () => {
  it('make a key that works, change its secret, and revoke it', async () => {
    const desk = await Desk.entered();
    await desk.show('keys');
    await desk.page.locator('summary', { hasText: en.keys.make }).click();
    await desk.page.getByLabel(en.keys.name).fill('night shift');
    await desk.page.locator('form').getByRole('button', { name: en.keys.make }).click();
    const once = desk.page.getByRole('textbox', { name: en.keys.made('night shift') });
    const first = await once.inputValue();
    const status = async (key: string) => (await fetch(`${server.base}/v1/visits`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await status(first)).toBe(200);
    await desk.press(en.copy.close);
    await once.waitFor({ state: 'detached' });
    expect(await desk.page.content()).not.toContain(first);

    await desk.press(en.keys.rotateName('night shift'));
    await desk.press(en.keys.rotateYes);
    await once.waitFor();
    const second = await once.inputValue();
    expect(second).not.toBe(first);
    await desk.says(/^Its former secret works until/);
    expect([await status(first), await status(second)]).toEqual([200, 200]);

    await desk.press(en.keys.revokeName('night shift'));
    await desk.press(en.keys.keep);
    await desk.press(en.keys.revokeName('night shift'));
    await desk.press(en.keys.revokeYes);
    await desk.page.getByRole('button', { name: en.keys.revokeName('night shift') }).waitFor({ state: 'detached' });
    expect([await status(first), await status(second)]).toEqual([401, 401]);
    await desk.context.close();
  });

  it('make a webhook, try it, see what was sent, and send it again', async () => {
    const { port } = receiver.address() as AddressInfo;
    const desk = await Desk.entered();
    await desk.show('webhooks');
    await desk.page.locator('summary', { hasText: en.webhooks.make }).click();
    await desk.page.getByLabel(en.webhooks.url).fill('http://nowhere.example.org/');
    await desk.page.getByLabel(en.webhooks.description).fill('ward');
    await desk.page.locator('form').getByRole('button', { name: en.webhooks.make }).click();
    await desk.says(en.trouble.invalid);
    await desk.page.getByLabel(en.webhooks.url).fill(`http://127.0.0.1:${port}/`);
    await desk.page.locator('form').getByRole('button', { name: en.webhooks.make }).click();
    expect(await desk.page.getByRole('textbox', { name: en.webhooks.made('ward') }).inputValue()).toMatch(/^whsec_/);
    await desk.press(en.copy.close);

    await desk.press(en.webhooks.testName('ward'));
    await desk.says(en.webhooks.sent);
    await expect.poll(() => received.filter((kind) => kind === 'ping').length).toBe(1);
    await desk.press(en.webhooks.logName('ward'));
    const log = desk.page.locator('.log');
    await expect.poll(async () => {
      await log.getByRole('button', { name: en.look.again }).click();
      return log.getByText(en.delivery.delivered).count();
    }).toBe(1);
    await log.getByRole('button', { name: new RegExp(`^${en.webhooks.replay}`) }).click();
    await desk.says(en.webhooks.replayed(1));
    await expect.poll(() => received.filter((kind) => kind === 'ping').length).toBe(2);

    await desk.press(en.webhooks.offName('ward'));
    await desk.says(en.webhook.disabled);
    await desk.press(en.webhooks.onName('ward'));
    await desk.page.getByRole('button', { name: en.webhooks.offName('ward') }).waitFor();
    await desk.press(en.webhooks.removeName('ward'));
    await desk.press(en.webhooks.removeYes);
    await desk.says(en.webhooks.none);
    await desk.context.close();
  });

  it('search the audit log for a visit', async () => {
    const visit = await server.visit([CLINICIAN, { ...PATIENT, display_name: 'Rosa Lindqvist' }]);
    const desk = await Desk.entered();
    await desk.show('audit');
    await desk.page.getByLabel(en.audit.visit).fill('no id');
    await desk.press(en.audit.search);
    await desk.says(en.trouble.invalid);
    await desk.page.getByLabel(en.audit.visit).fill(visit.id);
    await desk.press(en.audit.search);
    await desk.page.getByRole('cell', { name: 'scheduled', exact: true }).waitFor();
    expect(await desk.page.getByRole('table').textContent()).not.toContain('Lindqvist');
    await desk.context.close();
  });
});

describe('everybody', () => {
  it('can use each part, in light and dark, small and zoomed', async () => {
    const visit = await server.visit([CLINICIAN, { ...PATIENT, display_name: 'Ida Sommer' }], { policy: 'telepharmacy', queue: 'access' });
    const guest = await Person.open(browser, seatOf(visit, 'patient'));
    await guest.join();
    await guest.at(WAITING);
    const desk = await Desk.open();
    await desk.at(en.title);
    await everybodyCanUse(desk, 'door of the desk');
    await desk.enter(server.key);
    for (const tab of TABS) {
      await desk.show(tab);
      if (tab === 'board') {
        await desk.card('Ida Sommer').getByRole('button', { name: en.message.openName('Ida Sommer') }).click();
        await desk.page.getByLabel(en.message.what).selectOption(en.message.own);
        await desk.card('Ida Sommer').getByRole('button', { name: en.transfer.openName('Ida Sommer') }).click();
      }
      if (tab === 'keys' || tab === 'webhooks') await desk.page.locator('summary').click();
      if (tab === 'rules') await desk.says('telepharmacy');
      if (tab === 'audit') {
        await desk.press(en.audit.search);
        await desk.page.getByRole('table').waitFor();
      }
      await everybodyCanUse(desk, `desk, ${tab}`);
    }
    await disperse([guest]);
    await desk.context.close();
  });

  it('can do without a mouse', async () => {
    const desk = await Desk.open();
    await desk.at(en.title);
    await desk.page.getByLabel(en.door.key).focus();
    await desk.page.keyboard.type(server.key);
    await desk.page.keyboard.press('Enter');
    await desk.at(en.tab.day);
    expect(await desk.page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await desk.page.getByRole('button', { name: en.tab.rules }).focus();
    await desk.page.keyboard.press('Enter');
    await desk.at(en.tab.rules);
    await expect.poll(() => desk.page.evaluate(() => document.activeElement?.textContent)).toBe(en.tab.rules);
    await desk.context.close();
  });

  it('reads it from right to left where words run so', async () => {
    const { desk: said } = await bothOf('ar');
    const desk = await Desk.open(NARROW, 'ar');
    await desk.at(said.title);
    expect(await desk.page.evaluate(() => document.documentElement.dir)).toBe('rtl');
    await desk.page.getByLabel(said.door.key).fill(server.key);
    await desk.press(said.door.enter);
    await desk.at(said.tab.day);
    for (const tab of TABS) {
      await desk.press(said.tab[tab]);
      await desk.at(said.tab[tab]);
      expect(await desk.page.evaluate(() => document.documentElement.scrollWidth), tab).toBeLessThanOrEqual(NARROW.width);
    }
    await desk.context.close();
  });
});
