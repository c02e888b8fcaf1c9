// What the page says about lines and pictures, in sentences.
// In: what is known of the visit. Out: sentences, the most urgent first. Never: a number or a cause a person cannot use.
import type { LineState, VisitState } from '../sdk';
import { listed, type Words } from '../words';

export function statusLines(state: VisitState, words: Words): string[] {
  const lines: string[] = [];
  if (state.line === 'joining') lines.push(words.status.joining);
  else if (state.line === 'restoring') lines.push(words.status.restoring);
  else if (state.standing === 'admitted' && state.media === 'restoring') lines.push(words.status.restoringMedia);
  else if (state.standing === 'admitted' && state.media === 'blocked') lines.push(words.status.blocked);
  const confer = conferring(state);
  if (state.apart) lines.push(words.apart[state.apart]);
  else if (confer.length > 0 && !state.inSidebar) lines.push(words.sidebar.others(listed(words, confer)));
  for (const person of state.people) {
    if (person.presence === 'reconnecting') lines.push(words.status.theirs(person.display_name));
  }
  return lines;
}

/** The others who confer apart. */
export function conferring({ people }: Pick<VisitState, 'people'>): string[] {
  return people.filter((person) => person.in_sidebar).map((person) => person.display_name);
}

/** Where somebody stands in the queue, and how long it may take. */
export function queueLine({ queue }: Pick<VisitState, 'queue'>, words: Words): string {
  if (!queue) return '';
  const place = queue.position <= 1 ? words.queue.next : words.queue.place(queue.position);
  return queue.waitMinutes === null ? place : `${place} ${words.queue.wait(queue.waitMinutes)}`;
}

/** Without the line for this long it seldom comes back by itself. */
export const CALL_MS = 120_000;

/** Said once it has lasted for `CALL_MS`. */
export function callLine(line: LineState, words: Words): string {
  return line === 'joining' || line === 'restoring' ? words.status.call : '';
}

/** Why the server did not do something. A greeting and an offer are repeated by the page itself. */
export function refusalLine({ to, code }: NonNullable<VisitState['refusal']>, words: Words): string {
  // A newer server may have more codes than this page knows.
  if (to !== 'hello' && to !== 'offer') return words.refusal[code] ?? words.refusal.fault;
  if (code === 'server_full' || code === 'too_many') return words.trying.full;
  if (code === 'fault') return words.trying.fault;
  return words.refusal[code] ?? words.trying.fault;
}

/** What others get less of because of this person's own line upwards. Said once it has lasted. */
export function ownLine({ givenUp }: VisitState, words: Words): string {
  return givenUp === 'all' ? '' : words.ownLine[givenUp];
}

/** How the voices come, where that is not as usual. Said once it has lasted. */
export function soundLine({ sound, media }: VisitState, words: Words): string {
  return sound === 'plain' || media !== 'up' ? '' : words.sound[sound] ?? '';
}

/** Said once it has lasted: a picture that stands still for a moment is not worth a sentence. */
export function pausedLine(state: VisitState, words: Words): string {
  const paused = pausedNames(state);
  return paused.length > 0 ? words.status.paused(listed(words, paused), paused.length) : '';
}

/** Whose picture this person's own line does not carry now. */
export function pausedNames(state: VisitState): string[] {
  const names = new Set<string>();
  for (const delivery of state.deliveries) {
    if (delivery.given !== null || delivery.cause !== 'your_line') continue;
    const person = state.people.find((each) => each.participant === delivery.participant);
    if (person && person.sources[delivery.source]) names.add(person.display_name);
  }
  return [...names];
}

/** The last thing that happened, for the live region. */
export function lastNews(state: VisitState, words: Words): string {
  const news = state.news[state.news.length - 1];
  return news ? words.news[news.kind](news.person.display_name) : '';
}
