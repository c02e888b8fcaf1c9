// What has happened in a visit, one thing at a time, for pages that listen.
// In: what was known before and what is known now. Out: the events between, in the order in which they make sense.
// Never: an event without a change, or a change of the visit without its event; a track, a sentence.
import type { Source } from '../protocol';
import { type PictureStep, type Reason, stepAndReason, trouble } from './ladder';
import { pictureKey } from './slots';
import type { Rung } from './rung';
import type { VisitState } from './state';

/** Where somebody's voice or picture comes in; `mid` is its media line, null when it comes no more. */
export type Coming = { participant: string; source: Source; mid: string | null };

/** How somebody's picture comes, where that is not as wanted: how much less, and why. Both null when all is well again. */
export type Quality = { participant: string; source: Source; step: PictureStep | null; reason: Reason | null };

/** Every event by its name, with what it tells. */
export type Happenings = {
  line: VisitState['line'];
  standing: NonNullable<VisitState['standing']>;
  queue: VisitState['queue'];
  asks: Pick<VisitState, 'consents' | 'gates'>;
  media: VisitState['media'];
  people: VisitState['people'];
  news: VisitState['news'][number];
  coming: Coming;
  speakers: VisitState['speakers'];
  quality: Quality;
  given_up: Rung;
  sound: VisitState['sound'];
  chat: VisitState['chat'][number];
  captions: VisitState['captions'];
  recording: NonNullable<VisitState['recording']>;
  hearing: NonNullable<VisitState['hearing']>;
  standards: VisitState['standards'];
  plan: VisitState['plan'];
  apart: VisitState['apart'];
  voice_only: boolean;
  outcome: NonNullable<VisitState['outcome']>;
  lines: VisitState['lines'];
  still_asked: NonNullable<VisitState['stillAsked']>;
  still: NonNullable<VisitState['still']>;
  invited: NonNullable<VisitState['invited']>;
  refused: NonNullable<VisitState['refusal']>;
};

export type Happened = { [Name in keyof Happenings]: { name: Name; detail: Happenings[Name] } }[keyof Happenings];

/** Told whenever it is another than before, and is there. */
const PLAIN = ['line', 'standing', 'queue', 'media', 'people', 'speakers', 'sound', 'captions', 'recording', 'hearing', 'standards', 'plan', 'apart', 'outcome', 'lines', 'still', 'invited'] as const;

export function happened(before: VisitState, now: VisitState): Happened[] {
  const told: Happened[] = [];
  for (const name of PLAIN) {
    const detail = now[name];
    const mayBeNull = name === 'queue' || name === 'apart';
    if (before[name] !== detail && (detail !== null || mayBeNull)) told.push({ name, detail } as Happened);
  }
  if (before.consents !== now.consents || before.gates !== now.gates) told.push({ name: 'asks', detail: { consents: now.consents, gates: now.gates } });
  for (const detail of now.news.filter(({ id }) => id > before.newsCount)) told.push({ name: 'news', detail });
  for (const detail of comings(before, now)) told.push({ name: 'coming', detail });
  for (const detail of qualities(before, now)) told.push({ name: 'quality', detail });
  if (before.voiceOnly !== now.voiceOnly) told.push({ name: 'voice_only', detail: now.voiceOnly });
  if (now.stillAsked && before.stillAsked !== now.stillAsked) told.push({ name: 'still_asked', detail: now.stillAsked });
  if (before.givenUp !== now.givenUp) told.push({ name: 'given_up', detail: now.givenUp });
  for (const detail of now.chat.filter(({ id }) => !before.chat.some((line) => line.id === id))) told.push({ name: 'chat', detail });
  if (now.refusal && before.refusal !== now.refusal) told.push({ name: 'refused', detail: now.refusal });
  return told;
}

function comings(before: VisitState, now: VisitState): Coming[] {
  const [was, is] = [coming(before), coming(now)];
  const gone = [...was.values()].filter(({ participant, source }) => !is.has(pictureKey(participant, source)));
  const here = [...is.values()].filter(({ participant, source, mid }) => was.get(pictureKey(participant, source))?.mid !== mid);
  return [...gone.map((each) => ({ ...each, mid: null })), ...here];
}

/** Bound to a line, and switched on: a picture that is off is a black one. A voice is played also while it is muted. */
function coming({ boundByMid, people }: VisitState): Map<string, Coming> {
  const on = new Set(people.flatMap(({ participant, sources }) => (['camera', 'screen'] as const).filter((source) => sources[source]).map((source) => pictureKey(participant, source))));
  const bound = Object.entries(boundByMid).map(([mid, { participant, source }]): [string, Coming] => [pictureKey(participant, source), { participant, source, mid }]);
  return new Map(bound.filter(([key, { source }]) => source === 'microphone' || on.has(key)));
}

function qualities(before: VisitState, now: VisitState): Quality[] {
  if (before.deliveries === now.deliveries) return [];
  const left = new Map(before.deliveries.map((delivery) => [pictureKey(delivery.participant, delivery.source), delivery]));
  const told: Quality[] = [];
  for (const delivery of now.deliveries) {
    const { participant, source } = delivery;
    const key = pictureKey(participant, source);
    const [was, is] = [trouble(left.get(key) ?? null), trouble(delivery)];
    left.delete(key);
    if (was === is) continue;
    const [step, reason] = is === '' ? [null, null] : stepAndReason(is);
    told.push({ participant, source, step, reason });
  }
  for (const delivery of left.values()) {
    const { participant, source } = delivery;
    if (trouble(delivery) !== '') told.push({ participant, source, step: null, reason: null });
  }
  return told;
}
