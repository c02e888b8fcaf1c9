// The words in the person's language.
// In: language tags (BCP 47), best first. Out: a catalogue, dates and lists in its language.
// Never: a sentence; those are in the catalogues.
import { en, type Words } from './en';

export type { Words } from './en';

const CATALOGUES: Words[] = [en];

export function wordsFor(tags: readonly string[]): Words {
  for (const tag of tags) {
    const primary = tag.toLowerCase().split('-')[0];
    const found = CATALOGUES.find((words) => words.tag === primary);
    if (found) return found;
  }
  return en;
}

export type When = { day: string; from: string; to: string };

/** The person's own region, where the browser names one for this language: the same words, another clock. */
function regional(words: Words): string {
  const tags = typeof navigator === 'undefined' ? [] : navigator.languages;
  return tags.find((tag) => tag.toLowerCase().split('-')[0] === words.tag) ?? words.tag;
}

/** The visit's time, as the person's own calendar would write it. */
export function when(words: Words, startsAt: string, endsAt: string): When {
  const day = new Intl.DateTimeFormat(regional(words), { weekday: 'long', day: 'numeric', month: 'long' });
  const hour = new Intl.DateTimeFormat(regional(words), { hour: 'numeric', minute: '2-digit' });
  const [start, end] = [new Date(startsAt), new Date(endsAt)];
  return { day: day.format(start), from: hour.format(start), to: hour.format(end) };
}

/** A moment: the hour today, with its day on any other. */
export function moment(words: Words, at: string): string {
  if (at === '') return '';
  const [date, today] = [new Date(at), new Date()];
  const hour: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
  const sameDay = date.toDateString() === today.toDateString();
  return new Intl.DateTimeFormat(regional(words), sameDay ? hour : { weekday: 'long', day: 'numeric', month: 'long', ...hour }).format(date);
}

/** A language by its name, or by its tag where the browser knows no name. */
export function languageName(words: Words, tag: string): string {
  if (typeof Intl.DisplayNames !== 'function') return tag;
  try {
    return new Intl.DisplayNames(words.tag, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A length of time, as a clock shows it. */
export function duration(words: Words, ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = new Intl.NumberFormat(words.tag, { minimumIntegerDigits: 2 });
  return `${new Intl.NumberFormat(words.tag).format(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

/** “Ana, Ben and Chen”. */
export function listed(words: Words, names: string[]): string {
  if (typeof Intl.ListFormat !== 'function') return names.join(', ');
  return new Intl.ListFormat(words.tag, { style: 'long', type: 'conjunction' }).format(names);
}
