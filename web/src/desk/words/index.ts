// The words of the desk in a language, with those of the visit's pages. In: a language. Out: both, fetched together. Never: a sentence; those are in the catalogues, one file each.
import { type Words, wordsOf } from '../../words';
import type { DeskWords } from './en';

export type { DeskWords } from './en';

/** Names of roles, checks and settings are those of the pages. */
export type Both = { page: Words; desk: DeskWords };

const FILES = import.meta.glob<DeskWords>(['./??.ts', './???.ts', './??-*.ts', './???-*.ts'], { import: 'words' });

export const DESK_TONGUES: readonly string[] = Object.keys(FILES).map((file) => file.slice('./'.length, -'.ts'.length));

export async function bothOf(tongue: string): Promise<Both> {
  const load = FILES[`./${tongue}.ts`];
  if (!load) throw new Error(`no words of the desk in ${tongue}`);
  const [page, desk] = await Promise.all([wordsOf(tongue), load()]);
  return { page, desk };
}
