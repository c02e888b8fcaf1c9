// What a tab remembers over a reload: the link, the session, the person's choices.
// In: the address bar. Out: values. Never: a secret or a name that outlives the tab, and no secret left in the address bar.
import type { Outcome, Session } from '../protocol';
import { BALANCE_INTERPRETER, BALANCE_ORIGINAL, BALANCE_USUAL, type Choice, FIRST_CHOICE, type Span } from '../sdk';
import type { Ending } from './journey';
import { FIRST_SETTINGS, type Settings } from './settings';
import { read, write } from './tab';

const LINK = 'bedside.link';
const SESSION = 'bedside.session';
const ENDED = 'bedside.ended';
const CHOICE = 'bedside.choice';
/** What was played of each film, so that a reload does not begin to count anew. */
const PLAYED = 'bedside.played.';
/** Whoever pays for their data by the megabyte does so tomorrow too: kept beyond the tab. */
const SAVER = 'bedside.saver';
/** How much of the original somebody wants to hear under an interpreter: kept beyond the tab. */
const BALANCE = 'bedside.balance';
/** Eyes and language are the same tomorrow: kept beyond the tab, on this device only. */
const SETTINGS = 'bedside.settings';

/** Takes the link out of the address bar. A new link makes an older session of this tab void. */
export function takeLink(): string | null {
  const fragment = location.hash.slice(1);
  if (fragment) {
    history.replaceState(null, '', location.pathname);
    write(LINK, fragment);
    write(SESSION, null);
    write(ENDED, null);
  }
  return read(LINK);
}

export function keepSession(session: Session | null): void {
  write(SESSION, session ? JSON.stringify(session) : null);
}

export function keptSession(): Session | null {
  return parsed<Session>(read(SESSION));
}

/** How it ended for this person, in their language; with their session while they are to be asked how it was. */
export type Ended = { ending: Ending; language: string | null; outcome: Outcome | null; session: Session | null };

/** Until they come back. */
export function keepEnded(ended: Ended | null): void {
  write(ENDED, ended ? JSON.stringify(ended) : null);
}

export function keptEnded(): Ended | null {
  return parsed<Ended>(read(ENDED));
}

export function keepChoice(choice: Choice): void {
  write(CHOICE, JSON.stringify(choice));
}

export function keptChoice(): Choice {
  return { ...FIRST_CHOICE, ...parsed<Choice>(read(CHOICE)) };
}

export function keepPlayed(film: string, spans: Span[]): void {
  write(PLAYED + film, JSON.stringify(spans));
}

export function keptPlayed(film: string): Span[] {
  return parsed<Span[]>(read(PLAYED + film)) ?? [];
}

export function keepSaver(on: boolean): void {
  keepOn(SAVER, String(on));
}

export function keptSaver(): boolean {
  return keptOn(SAVER) === 'true';
}

export function keepBalance(balance: number): void {
  keepOn(BALANCE, String(balance));
}

export function keptBalance(): number {
  const kept = Number(keptOn(BALANCE) ?? BALANCE_USUAL);
  return kept >= BALANCE_ORIGINAL && kept <= BALANCE_INTERPRETER ? kept : BALANCE_USUAL;
}

export function keepSettings(settings: Settings): void {
  keepOn(SETTINGS, JSON.stringify(settings));
}

export function keptSettings(): Settings {
  return { ...FIRST_SETTINGS, ...parsed<Settings>(keptOn(SETTINGS)) };
}

function keepOn(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then it holds until the page is closed.
  }
}

function keptOn(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parsed<T>(text: string | null): T | null {
  if (!text) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
