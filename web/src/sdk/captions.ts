// Live captions, as they are read.
// In: lines as they come, some of them again with more words. Out: the list to read, in whose language, for whom it is.
// Never: a line that the server has not passed on.
import type { CaptionLine, Person } from '../protocol';
import { tongueOfTag } from './hearing';

/** So many lines one can scroll back: some minutes of talk. */
const LINES_KEPT = 50;

/** The list with one more line, or with what a line is now; an empty one is taken back. */
export function withCaption(lines: CaptionLine[], line: CaptionLine): CaptionLine[] {
  const isSame = (each: CaptionLine) => each.from === line.from && each.number === line.number;
  if (line.text === '') return lines.filter((each) => !isSame(each));
  if (lines.some(isSame)) return lines.map((each) => (isSame(each) ? line : each));
  return [...lines, line].slice(-LINES_KEPT);
}

/** What somebody reads where several write: those who now write in their language, or else everybody. */
export function captionsFor(lines: CaptionLine[], language: string): CaptionLine[] {
  const tongueByWriter = new Map(lines.map((line) => [line.from, tongueOfTag(line.language)]));
  const own = lines.filter(({ from }) => tongueByWriter.get(from) === tongueOfTag(language));
  return own.length > 0 ? own : lines;
}

/** Whether somebody is in the visit who writes captions, or has been. */
export function isCaptioned({ can, people, captions }: { can: string[]; people: Person[]; captions: CaptionLine[] }): boolean {
  return can.includes('caption') || captions.length > 0 || people.some((person) => person.role === 'captioner' && isInVisit(person));
}

/** Who can read what this person writes: those who are together with them. */
export function captionReaders({ people, apart, inSidebar }: { people: Person[]; apart: unknown; inSidebar: boolean }): Person[] {
  if (apart !== null) return [];
  return people.filter((person) => person.presence === 'here' && person.apart === null && person.in_sidebar === inSidebar);
}

const isInVisit = ({ presence }: Person) => presence === 'here' || presence === 'reconnecting';

/** Primary tags of the languages that are written from right to left. */
const RIGHT_TO_LEFT = ['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'nqo', 'prs', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi'];

/** The way a language is written, where only its tag is known. */
export function directionOf(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(tongueOfTag(tag)) ? 'rtl' : 'ltr';
}
