// The words in the person's language.
// In: language tags (BCP 47), best first. Out: the catalogue of the first there is, fetched alone; dates and lists in its language.
// Never: a sentence; those are in the catalogues, one file each.
import { counting } from './count';
import type { Words } from './en';

export type { Words } from './en';

/** The files beside this one that have the name of a language. A new one is found by itself. */
const FILES = import.meta.glob<Words>(['./??.ts', './???.ts', './??-*.ts', './???-*.ts'], { import: 'words' });

/** The languages there are, by their tags. */
export const TONGUES: readonly string[] = Object.keys(FILES).map((file) => file.slice('./'.length, -'.ts'.length));

/** For whom no other is there. */
const FALLBACK = 'en';

/** What a language calls itself, written as in a list. Worked out when the pages are built: an old phone knows no names. */
export function nativeName(tongue: string): string {
  const name = NATIVE_NAMES[tongue] ?? tongue;
  return name.slice(0, 1).toLocaleUpperCase(tongue) + name.slice(1);
}

/** The first language there is: the very one, else the same in another region or script. */
export function tongueOf(tags: readonly string[]): string {
  for (const tag of tags.map((each) => each.toLowerCase())) {
    const found = TONGUES.find((tongue) => tongue.toLowerCase() === tag) ?? TONGUES.find((tongue) => primary(tongue) === primary(tag));
    if (found) return found;
  }
  return FALLBACK;
}

export function wordsOf(tongue: string): Promise<Words> {
  const load = FILES[`./${tongue}.ts`];
  return load ? load() : Promise.reject(new Error(`no words in ${tongue}`));
}

function primary(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export type When = { day: string; from: string; to: string };

/** The person's own region, where the browser names one for this language: the same words, another clock. */
function regional(words: Words): string {
  const tags = typeof navigator === 'undefined' ? [] : navigator.languages;
  return tags.find((tag) => primary(tag) === primary(words.tag)) ?? words.tag;
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

/** A language by its name, or by its tag where nobody knows one. Browsers name few sign languages. */
export function languageName(words: Words, tag: string): string {
  const signed: Record<string, string | undefined> = words.signLanguage;
  if (signed[tag]) return signed[tag];
  if (typeof Intl.DisplayNames !== 'function') return tag;
  try {
    return new Intl.DisplayNames(words.tag, { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** A language by its own name, for whoever speaks it. */
export function ownName(tag: string): string {
  const tongue = TONGUES.find((each) => primary(each) === primary(tag));
  if (typeof Intl.DisplayNames !== 'function') return tongue ? nativeName(tongue) : tag;
  try {
    const name = new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag;
    return name.slice(0, 1).toLocaleUpperCase(tag) + name.slice(1);
  } catch {
    return tag;
  }
}

/** A length of time, as a clock shows it. */
export function duration(words: Words, ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = new Intl.NumberFormat(words.tag, { minimumIntegerDigits: 2 });
  return `${counting(words.tag, words.plurals).number(Math.floor(seconds / 60))}:${two.format(seconds % 60)}`;
}

/** “Ana, Ben and Chen”. Where the words go the other way each stands apart, so that a Latin name does not turn the list round. */
export function listed(words: Words, names: readonly string[]): string {
  const each = words.direction === 'rtl' ? names.map((name) => `\u2068${name}\u2069`) : names;
  if (typeof Intl.ListFormat !== 'function') return each.join(', ');
  return new Intl.ListFormat(words.tag, { style: 'long', type: 'conjunction' }).format(each);
}
