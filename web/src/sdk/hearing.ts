// Whom this person hears, how loud, and in which language.
// In: what the server says of hearing, where the slider stands. Out: gains, and what is heard in plain values.
// Never: a decision who hears whom; the server makes it, and sends no voice that is not to be heard.
import type { Channel, Direction, InterpretingMode, Level, Person, ServerMessage, Worked } from '../protocol';

/** How the visit is interpreted, as far as this person is told. */
export type Hearing = {
  mode: InterpretingMode;
  channels: Channel[];
  /** The language this person listens to; `null` is the floor. */
  listens: string | null;
  levelByPerson: Record<string, Level>;
  /** Which way this person interprets, if they do. */
  direction: Direction | null;
  /** Who asks this person to take their channel over. */
  offeredBy: string | null;
  /** The sign languages of the people in the visit, by their codes: what they are called. */
  signLanguages: Record<string, string>;
  /** Whose hands this person is to see: large, and smooth before sharp, unless they choose otherwise. */
  signers: string[];
  /** How long this person has interpreted in the visit, if they do. */
  worked: Worked | null;
};

/** What lies under an interpreter: 18 dB below them one still hears who speaks and how, and no word gets in the way. */
export const DUCKED_DB = -18;
const DUCKED = 10 ** (DUCKED_DB / 20);

/** Where the slider stands: only the original, as usual, only the interpreter. */
export const BALANCE_ORIGINAL = 0;
export const BALANCE_USUAL = 50;
export const BALANCE_INTERPRETER = 100;

export function hearingOf(message: Extract<ServerMessage, { t: 'hearing' }>): Hearing {
  const { mode, channels, listens, heard, direction, offered_by: offeredBy, sign_languages: signed, signers, worked } = message;
  return {
    mode, channels, listens, levelByPerson: Object.fromEntries(heard.map(({ participant, level }) => [participant, level])),
    direction, offeredBy, signLanguages: Object.fromEntries(signed.map(({ language, name }) => [language, name])), signers, worked,
  };
}

/** The channel this person listens to, if somebody speaks into it now; hands lower no voice. */
export function heardChannel({ mode, channels, listens }: Hearing): (Channel & { active: string }) | null {
  const channel = channels.find(({ language }) => language === listens);
  return mode === 'simultaneous' && channel?.active && !channel.signed ? { ...channel, active: channel.active } : null;
}

/**
 * How loud a voice of this level is played, from nothing to as it comes. In the middle of the
 * slider the original is ducked and the interpreter full; to either side one of them gives way.
 */
export function gain(level: Level, interprets: boolean, balance: number): number {
  const toInterpreter = Math.max(0, (balance - BALANCE_USUAL) / (BALANCE_INTERPRETER - BALANCE_USUAL));
  const toOriginal = Math.max(0, (BALANCE_USUAL - balance) / (BALANCE_USUAL - BALANCE_ORIGINAL));
  switch (level) {
    case 'silent':
      return 0;
    case 'full':
      // Evenly to the ear: so many decibels for each step of the slider.
      return interprets ? DUCKED ** toOriginal : 1;
    case 'ducked':
      return DUCKED ** (1 - toOriginal) * (1 - toInterpreter);
  }
}

/** The same for one person; whoever nothing was said of is heard as they come. */
export function gainOf(hearing: Hearing | null, participant: string, balance: number): number {
  if (!hearing) return 1;
  return gain(hearing.levelByPerson[participant] ?? 'full', heardChannel(hearing)?.active === participant, balance);
}

/** Whether levels may come to matter: somebody who interprets is in the visit, or there are channels. */
export function isInterpreted({ hearing, people, can }: { hearing: Hearing | null; people: Person[]; can: string[] }): boolean {
  const isHere = ({ role, presence }: Person) => role === 'interpreter' && (presence === 'here' || presence === 'reconnecting');
  return hearing !== null && (hearing.channels.length > 0 || can.includes('interpret') || people.some(isHere));
}

/** Channels of others that an interpreter can listen to instead of the floor, and the one they do. */
export function relays({ channels, direction, listens }: Hearing, you: string): Channel[] {
  return channels.filter(({ language, active }) => language !== direction?.into && (language === listens || (active !== null && active !== you)));
}

/** How an interpreter stands to the channel they work into. */
export type Turn = { at: 'none' } | { at: 'connecting' } | { at: 'speaks' | 'signs' } | { at: 'rests'; active: string | null } | { at: 'free'; awaited: string };

export function turnOf({ channels, direction }: Hearing, you: string): Turn {
  if (!direction) return { at: 'none' };
  const { active = null, awaited = null, signed = false } = channels.find(({ language }) => language === direction.into) ?? {};
  if (active === you) return { at: signed ? 'signs' : 'speaks' };
  if (awaited === you) return { at: 'connecting' };
  return awaited && !active ? { at: 'free', awaited } : { at: 'rests', active };
}

/** By it two tags are of one language: the primary part, and of a sign language its own code, as the server has it. */
export function tongueOfTag(tag: string): string {
  return (/^sgn-/i.test(tag) ? canonical(tag) : tag).split('-')[0]?.toLowerCase() ?? '';
}

/** `ase` of `sgn-ase` and of `sgn-US`: the browser knows what became of the tags of old. */
function canonical(tag: string): string {
  const code = /^sgn-([a-z]{3})(-|$)/i.exec(tag)?.[1];
  if (code) return code;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? tag;
  } catch {
    return tag;
  }
}

/** The languages of a visit, each once. */
export function tonguesOf(tags: readonly string[]): string[] {
  return [...new Set(tags.map(tongueOfTag).filter(Boolean))];
}

/** Between whom one interprets: the patient, or who speaks for them, and whoever leads. */
export function facing(people: readonly Person[]): string[] {
  const here = people.filter(({ presence }) => presence === 'here' || presence === 'reconnecting');
  const first = (...wanted: ((person: Person) => boolean)[]) => wanted.map((is) => here.find(is)).find((found) => found !== undefined);
  const patient = first(({ role }) => role === 'patient', ({ role }) => role === 'proxy', ({ role }) => role === 'family');
  const staff = first(({ leads }) => leads, ({ role }) => role === 'clinician', ({ role }) => role === 'pharmacist');
  return [patient, staff].flatMap((person) => (person ? [person.participant] : []));
}
