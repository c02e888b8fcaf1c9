// How each picture is drawn. In: what the person has chosen, whose hands they read. Out: large or not, smooth or not. Never: a picture.
import type { Picture } from '../sdk';

/** What the person has chosen for the pictures, by their keys: one that is large, or `NONE`; null before any choice. */
export type Looks = { pinned: string | null; signing: Readonly<Record<string, boolean>> };
export const NO_LOOKS: Looks = { pinned: null, signing: {} };
/** No picture has this key. */
const NONE = '';

/** How one picture is drawn. */
export type Drawn = { pinned: boolean; signing: boolean };

/** Whose hands the person reads is drawn large and kept smooth, unless they have chosen otherwise. */
export function drawn({ pinned, signing }: Looks, { key, source, person }: Picture, signers: readonly string[]): Drawn {
  const reads = source === 'camera' && signers.includes(person.participant);
  return { pinned: pinned === null ? reads : pinned === key, signing: signing[key] ?? reads };
}

/** One picture is large at a time, once somebody has chosen; or none. */
export function withPinned(looks: Looks, key: string, pinned: boolean): Looks {
  return { ...looks, pinned: pinned ? key : NONE };
}

export function withSigning(looks: Looks, key: string, signs: boolean): Looks {
  return { ...looks, signing: { ...looks.signing, [key]: signs } };
}
