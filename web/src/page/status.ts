// What the page says about lines and pictures, in sentences.
// In: what is known of the visit. Out: sentences, the most urgent first. Never: a number or a cause a person cannot use.
import type { VisitState } from '../sdk';
import { listed, type Words } from '../words';

export function statusLines(state: VisitState, words: Words): string[] {
  const lines: string[] = [];
  if (state.line === 'joining') lines.push(words.status.joining);
  else if (state.line === 'restoring') lines.push(words.status.restoring);
  else if (state.standing === 'admitted' && state.media === 'restoring') lines.push(words.status.restoringMedia);
  for (const person of state.people) {
    if (person.presence === 'reconnecting') lines.push(words.status.theirs(person.display_name));
  }
  return lines;
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
