// Pictures of every screen, to be looked at. In: a visit. Out: target/screens/*.png, phone and desktop, light and dark, in English and in Arabic. Never: a judgement.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { type Words, wordsOf } from '../src/words';
import { DESKTOP, launch, PHONE, SMALL, type Window } from './browser';
import { disperse } from './cast';
import { Person } from './person';
import { seatOf, Server, type Wanted } from './server';
import { COLOURS, shoot } from './shoot';

/** Pictures take as long as they take, on a busy machine too. */
const LONG_MS = 600_000;

/** Who comes, by language; in Arabic one name stays Latin, as it may be. */
const PEOPLE: Record<string, Record<keyof typeof COLOURS, string>> = {
  en: { clinician: 'Dr. Vera Lindt', patient: 'Maria Berg', family: 'Tomas Berg', pharmacist: 'Ines Okafor', interpreter: 'Jun Arai' },
  ar: { clinician: 'Dr. Vera Lindt', patient: 'مريم حداد', family: 'سامي حداد', pharmacist: 'ليلى منصور', interpreter: 'نور الخطيب' },
};
const CAPTIONER: Record<string, string> = { en: 'Noor Said', ar: 'هدى سالم' };
const SAID: Record<string, [string, string, string]> = {
  en: ['Good morning, Maria. How did you sleep?', 'Better. The pain woke me only once, at about four.', 'Dr. Lindt: That is good to he'],
  ar: ['صباح الخير يا مريم. كيف نمتِ؟', 'أفضل. أيقظني الألم مرة واحدة فقط، حوالي الرابعة.', 'Dr. Lindt: يسعدني سما'],
};
const WRITTEN: Record<string, string> = { en: 'Good morning to all.', ar: 'صباح الخير للجميع.' };

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

type Taker = { words: Words; window: Window };

async function enters(words: Words, person: Person): Promise<void> {
  await person.page.getByRole('meter').waitFor();
  await person.page.locator(`button[lang="${words.tag}"]`).click();
  await person.press(words.welcome.join);
}

async function letsIn({ words, window }: Taker, clinician: Person, other: Person): Promise<void> {
  if (window === PHONE) await clinician.press(words.people.see);
  await clinician.press(words.people.admitName(other.seat.name));
  await clinician.press(words.ask.admitYes);
  if (window === PHONE) await clinician.press(words.people.close);
}

const cases = (['en', 'ar'] as const).flatMap((tongue) => ([['phone', PHONE], ['desktop', DESKTOP]] as const).map(([size, window]) => ({ tongue, size, window })));

it.each(cases)('$tongue on a $size', async ({ tongue, window }) => {
  const words = await wordsOf(tongue);
  const taker = { words, window };
  const names = PEOPLE[tongue] ?? {};
  const wanted = Object.entries(names).map(([role, display_name]) => ({ role, display_name, language: tongue }) as Wanted);
  const visit = await server.visit(wanted);
  const open = (role: keyof typeof COLOURS) => Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, colour: COLOURS[role] } });
  const picture = (person: Person, name: string) => shoot(person, `${name}-${tongue}`, window);

  const lost = await Person.open(browser, { ...seatOf(visit, 'patient'), link: `${server.base}/j` }, { window, locale: tongue });
  await lost.at(words.noLink.title);
  await picture(lost, '0-no-link');
  await lost.leaveWindow();

  const asking = await server.visit(wanted.filter(({ role }) => role === 'patient'), { policy: 'telepharmacy' });
  const asked = await Person.open(browser, seatOf(asking, 'patient'), { window });
  await enters(words, asked);
  await asked.at(words.waiting.title);
  await asked.page.getByText(words.ownGate.identity).first().scrollIntoViewIfNeeded();
  await picture(asked, '2-asked');
  await asked.leaveWindow();

  const patient = await open('patient');
  await patient.page.locator('video.flowing').waitFor();
  await patient.page.locator(`button[lang="${tongue}"]`).click();
  await patient.at(words.welcome.title);
  await picture(patient, '1-welcome');
  await patient.press(words.display.title);
  await picture(patient, '1-welcome-display');
  await patient.press(words.display.title);
  await enters(words, patient);
  await patient.at(words.waiting.title);
  await picture(patient, '2-waiting');

  const clinician = await open('clinician');
  await enters(words, clinician);
  await clinician.at(words.live.title);
  if (window === PHONE) {
    await picture(clinician, '3-staff-waits');
    await clinician.press(words.people.see);
  }
  await picture(clinician, '4-staff-people');
  await clinician.press(words.people.admitName(patient.seat.name));
  await picture(clinician, '4-staff-looks-again');
  await clinician.press(words.ask.admitYes);
  if (window === PHONE) await clinician.press(words.people.close);
  await clinician.seesAndHears([patient.seat]);
  await picture(clinician, '5-live-two-staff');
  await picture(patient, '5-live-two-patient');
  await patient.press(words.display.title);
  await picture(patient, '5-display');
  await patient.press(words.people.close);

  const pharmacist = await open('pharmacist');
  await enters(words, pharmacist);
  await pharmacist.at(words.live.title);
  const family = await open('family');
  await enters(words, family);
  await letsIn(taker, clinician, family);
  await family.press(words.controls.mute);
  await pharmacist.press(words.controls.cameraOff);
  await patient.seesAndHears([clinician.seat, family.seat]);
  await patient.tile(family.seat).getByText(words.live.muted).waitFor();
  await picture(patient, '6-live-four');
  await patient.press(words.look.of(clinician.seat.name));
  await picture(patient, '6-look');
  await patient.press(words.look.done);
  await patient.press(words.controls.chat);
  const written = WRITTEN[tongue] ?? '';
  await patient.page.getByLabel(words.chat.text, { exact: true }).fill(written);
  await patient.press(words.chat.send);
  await patient.page.getByRole('log').getByText(written).waitFor();
  await picture(patient, '6-chat');
  await patient.press(words.people.close);
  await clinician.press(words.controls.share);
  await patient.page.locator('.tile.screen video.flowing').waitFor();
  await picture(patient, '7-live-screen');
  await clinician.press(words.controls.end);
  await picture(clinician, '8-asking');
  await clinician.page.getByRole('alertdialog').getByRole('button', { name: words.ask.endYes, exact: true }).click();
  await patient.at(words.ending.ended.title);
  await picture(patient, '9-ended');
  await disperse([patient, clinician, pharmacist, family]);
}, LONG_MS);

it.each(cases)('interpretation, $tongue on a $size', async ({ tongue, window }) => {
  const words = await wordsOf(tongue);
  const taker = { words, window };
  const language = { clinician: tongue, patient: 'es', interpreter: 'ase' };
  const seats = (['clinician', 'patient', 'interpreter'] as const).map((role): Wanted =>
    ({ role, display_name: PEOPLE[tongue]?.[role] ?? role, language: language[role] }));
  const visit = await server.visit(seats);
  const open = async (role: 'clinician' | 'patient' | 'interpreter') => {
    const person = await Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, colour: COLOURS[role] } });
    await enters(words, person);
    return person;
  };
  const clinician = await open('clinician');
  await clinician.at(words.live.title);
  const patient = await open('patient');
  await letsIn(taker, clinician, patient);
  const interpreter = await open('interpreter');
  await letsIn(taker, clinician, interpreter);
  await interpreter.press(words.booth.begin);
  await interpreter.press(words.booth.turn);
  await interpreter.press(words.interpretingMode.simultaneous);
  await patient.page.getByRole('slider', { name: words.hearing.balance }).waitFor();
  await interpreter.seesAndHears([clinician.seat, patient.seat]);
  for (const [person, name] of [[interpreter, '10-booth'], [patient, '10-listening'], [clinician, '10-interpreted']] as const) {
    await shoot(person, `${name}-${tongue}`, window);
  }
  // The same between voices and hands.
  await interpreter.page.locator('summary', { hasText: words.booth.other }).click();
  const hands = interpreter.page.locator('.booth').getByLabel(words.booth.into, { exact: true });
  await hands.selectOption('ase');
  await interpreter.press(words.booth.begin);
  await patient.page.getByLabel(words.hearing.language).selectOption('ase');
  await patient.page.locator('.large .tile[data-signing="true"] video.flowing').waitFor();
  await interpreter.page.locator('summary', { hasText: words.booth.other }).click();
  await shoot(patient, `11-hands-${tongue}`, window);
  await shoot(interpreter, `11-booth-hands-${tongue}`, window);
  await disperse([patient, clinician, interpreter]);
}, LONG_MS);

it.each(cases)('captions, $tongue on a $size', async ({ tongue, window }) => {
  const words = await wordsOf(tongue);
  const taker = { words, window };
  const name = (role: keyof typeof COLOURS) => PEOPLE[tongue]?.[role] ?? role;
  const visit = await server.visit([
    { role: 'clinician', display_name: name('clinician'), language: tongue }, { role: 'patient', display_name: name('patient'), language: tongue },
    { role: 'captioner', display_name: CAPTIONER[tongue] ?? '', language: tongue },
  ]);
  const open = async (role: 'clinician' | 'patient' | 'captioner') => {
    const colour = role === 'captioner' ? {} : { colour: COLOURS[role] };
    const person = await Person.open(browser, seatOf(visit, role), { window, camera: { ...SMALL, ...colour } });
    await enters(words, person);
    return person;
  };
  const clinician = await open('clinician');
  await clinician.at(words.live.title);
  const patient = await open('patient');
  await letsIn(taker, clinician, patient);
  const captioner = await open('captioner');
  await letsIn(taker, clinician, captioner);
  await captioner.page.getByLabel(words.captioner.field).waitFor();
  await captioner.seesAndHears([clinician.seat, patient.seat]);
  await patient.page.getByText(words.captions.none).waitFor();
  await shoot(patient, `11-captions-none-${tongue}`, window);
  const [first = '', second = '', begun = ''] = SAID[tongue] ?? [];
  const { keyboard } = captioner.page;
  // The patient reads from a line on that is begun some seconds after they came.
  await expect.poll(async () => {
    await keyboard.type(`${first}\n`);
    return patient.page.getByText(first).count();
  }, { interval: 1_000 }).toBeGreaterThan(0);
  await keyboard.type(`${second}\n${begun}`);
  for (const person of [captioner, patient]) await person.page.locator('.caption-lines').getByText(begun).waitFor();
  await shoot(captioner, `11-captioner-${tongue}`, window);
  await shoot(patient, `11-captions-${tongue}`, window);
  await patient.press(words.display.title);
  const chooses = (group: string, choice: string) => patient.page.getByRole('group', { name: group }).getByRole('button', { name: choice, exact: true }).click();
  await chooses(words.lesson.size, words.textSize.largest);
  await chooses(words.captions.colour, words.captionColour.yellow);
  await shoot(patient, `11-captions-display-${tongue}`, window);
  await patient.press(words.people.close);
  await shoot(patient, `11-captions-largest-${tongue}`, window);
  await disperse([patient, clinician, captioner]);
}, LONG_MS);
