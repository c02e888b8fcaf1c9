// From receive slots to tiles: who is seen and heard where.
// In: the people and what the slots hold. Out: the pictures and voices to draw and play.
// Never: a track; a tile knows the media line, the media layer knows the track.
import type { Bound, Delivery, Person, Source } from '../protocol';

/** One picture on the stage. */
export type Picture = {
  key: string;
  person: Person;
  source: 'camera' | 'screen';
  /** The media line it plays on, or null: nothing to draw yet. */
  mid: string | null;
  speaking: boolean;
  /** What the server gives of it, when it has said so. */
  delivery: Delivery | null;
};

export type Voice = { mid: string; participant: string };

export type Stage = { screens: Picture[]; faces: Picture[] };

type Known = {
  people: Person[];
  boundByMid: Record<string, Bound>;
  speakers: string[];
  deliveries: Delivery[];
  /** No picture goes to the person themselves. */
  voiceOnly: boolean;
};

/** More tiles than these are too small to read a face in; the list of people has everybody. */
const FACES_MAX = 16;

export function pictureKey(participant: string, source: Source): string {
  return `${participant}/${source}`;
}

/** Everybody in the visit has a face tile, with or without a picture, but whoever writes captions: they are read, not seen. A shared screen has one more. */
export function stage(known: Known): Stage {
  const inVisit = known.people.filter((person) => person.presence === 'here' || person.presence === 'reconnecting');
  const speaking = new Set(known.speakers);
  const picture = (person: Person, source: 'camera' | 'screen'): Picture => ({
    key: pictureKey(person.participant, source),
    person,
    source,
    mid: person.sources[source] && !known.voiceOnly ? midOf(known.boundByMid, person.participant, source) : null,
    speaking: speaking.has(person.participant) && person.sources.microphone,
    delivery: known.deliveries.find((d) => d.participant === person.participant && d.source === source) ?? null,
  });
  return {
    screens: inVisit.filter((person) => person.sources.screen && !known.voiceOnly).map((person) => picture(person, 'screen')),
    faces: foremost(inVisit.filter(({ role }) => role !== 'captioner').map((person) => picture(person, 'camera'))),
  };
}

/** In a large visit those who are seen or heard come before the others; nobody changes places. */
function foremost(faces: Picture[]): Picture[] {
  const last = ({ mid, speaking }: Picture) => Number(mid === null && !speaking);
  const first = [...faces].sort((a, b) => last(a) - last(b)).slice(0, FACES_MAX);
  return faces.filter((face) => first.includes(face));
}

export function midOf(boundByMid: Record<string, Bound>, participant: string, source: Source): string | null {
  for (const [mid, bound] of Object.entries(boundByMid)) {
    if (bound.participant === participant && bound.source === source) return mid;
  }
  return null;
}

/** Each bound voice has its own line and so its own audio element. */
export function voices(boundByMid: Record<string, Bound>): Voice[] {
  return Object.entries(boundByMid)
    .filter(([, bound]) => bound.source === 'microphone')
    .map(([mid, bound]) => ({ mid, participant: bound.participant }));
}
