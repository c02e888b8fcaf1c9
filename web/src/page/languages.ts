// Languages to choose from, spoken and signed. In: the reader's words, and one more that has to be there. Out: tags with their names, in the reader's order. Never: a language nobody may write in: more can be scheduled by the API.
import { languageName, type Words } from '../words';

/** What clinics in North America and Europe ask interpreters for most; their sign languages (ISO 639-3) are those that have words. */
const ASKED_FOR = [
  'am', 'ar', 'bg', 'bn', 'bs', 'de', 'el', 'en', 'es', 'fa', 'fr', 'gu', 'hi', 'hr', 'ht', 'hu', 'hy', 'it', 'ja', 'km', 'ko', 'ku', 'ne', 'nl', 'pa', 'pl',
  'ps', 'pt', 'ro', 'ru', 'so', 'sq', 'sr', 'sw', 'ta', 'th', 'ti', 'tl', 'tr', 'uk', 'ur', 'vi', 'yue', 'zh',
];

export function languageOptions(words: Words, more: string): { value: string; text: string }[] {
  const asked = [...ASKED_FOR, ...Object.keys(words.signLanguage)];
  const tags = asked.includes(more) || more === '' ? asked : [more, ...asked];
  const named = tags.map((value) => ({ value, text: languageName(words, value) }));
  return named.sort((one, other) => one.text.localeCompare(other.text, words.tag));
}
