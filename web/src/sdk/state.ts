// What a person's page knows of the visit.
// In: the messages of the server and the words of the connection, in order. Out: the next state.
// Never: a clock, a socket, the page. An unknown message changes nothing.
import type {
  Apart, Bound, Capability, CaptionLine, ChatLine, ConsentAsk, Delivery, GateAsk, LayerWorth, Outcome, Person, PersonLine, Playable, RecordingFailure, RecordingState, RefusalCode,
  RestReason, Role, SegmentKind, ServerMessage, Session, Showing, SlotCount, Sound, Source, Standing, StandardsNow, StillState, Topic,
} from '../protocol';
import { withCaption } from './captions';
import { withLine } from './chat';
import { type Hearing, hearingOf } from './hearing';
import type { Rung } from './rung';

/** How the way to the server is. */
export type LineState = 'joining' | 'up' | 'restoring' | 'over';
/** How the way of voice and picture is; `blocked` when this network seems to let none through. */
export type MediaState = 'off' | 'connecting' | 'up' | 'restoring' | 'blocked';

/** Something to be told once, also to people who listen to the page. */
export type News = {
  id: number;
  kind: 'arrived' | 'waits' | 'waits_no_more' | 'gone' | 'reconnecting' | 'back' | 'shares' | 'shares_no_more';
  person: Person;
};

/** What is told of the visit's plan; the topics to whoever counsels, the last three to staff only. */
export type Plan = {
  segments: SegmentKind[];
  segment: number | null;
  /** Since when it is in that part. */
  since: string | null;
  topics: Topic[];
  handOverTo: string | null;
  noShowProposed: boolean;
  overran: boolean;
};

/** A still picture this person has asked for. */
export type Still = { still: string; participant: string; state: StillState };

/** How the recording stands, as far as this person is told. */
export type Recording = {
  state: RecordingState;
  /** Whether this person's own voice and picture may be in it. */
  taken: boolean;
  why: RestReason | null;
  failure: RecordingFailure | null;
};

export type VisitState = {
  line: LineState;
  media: MediaState;
  you: string;
  name: string;
  language: string;
  role: Role;
  standing: Standing | null;
  can: Capability[];
  startsAt: string;
  endsAt: string;
  /** When the door opens to those who are not staff; empty until the server has said so. */
  opensAt: string;
  slotCount: SlotCount;
  people: Person[];
  /** False until the first list has come: nobody is news before it. */
  peopleKnown: boolean;
  staffHere: boolean;
  /** Why this person is out of the room's media, if they are. */
  apart: Apart | null;
  /** Whether this person confers apart from the others. */
  inSidebar: boolean;
  /** Whether this person leads the visit. */
  leads: boolean;
  /** Whether no picture goes to this person or from them. */
  voiceOnly: boolean;
  /** How the visit ended, as staff has said. */
  outcome: Outcome | null;
  /** How the lines of the others do; for staff. */
  lines: PersonLine[];
  /** A still picture this person is asked for, and by whom. */
  stillAsked: { still: string; by: string } | null;
  still: Still | null;
  consents: ConsentAsk[];
  gates: GateAsk[];
  /** Where this person stands in the queue, while they wait. */
  queue: { position: number; waitMinutes: number | null } | null;
  chat: ChatLine[];
  /** What is written down live, oldest first; the last of each writer may still be being written. */
  captions: CaptionLine[];
  /** `null` until there has been one. */
  recording: Recording | null;
  plan: Plan;
  /** The film that plays to others too, or that this person may steer. */
  showing: Showing | null;
  /** Films this person may watch while they wait; for staff, that are offered to those who do. */
  offered: Playable[];
  /** How the visit is interpreted; `null` where nobody interprets. */
  hearing: Hearing | null;
  /** How the lines of interpreters keep the four standards: to an interpreter their own, to staff all. */
  standards: StandardsNow[];
  /** A personal link that was asked for, until it was read. */
  invited: { participant: string; link: string } | null;
  /** What plays in each of the receive slots, by media line. */
  boundByMid: Record<string, Bound>;
  /** What is worth sending of the own pictures, by source. */
  worthBySource: Partial<Record<Source, LayerWorth[]>>;
  speakers: string[];
  deliveries: Delivery[];
  /** How the voices are sent to this person. */
  sound: Sound;
  /** What the own line makes this person give up sending; `all` when nobody gets less for it. */
  givenUp: Rung;
  news: News[];
  newsCount: number;
  refusal: { to: string; code: RefusalCode } | null;
};

/** What the connection itself has to tell. */
export type LocalMessage =
  | { t: 'line'; line: LineState }
  | { t: 'media'; media: MediaState }
  | { t: 'offered' }
  | { t: 'given_up'; rung: Rung }
  | { t: 'refusal_read' }
  | { t: 'still_answered' }
  | { t: 'still_read' }
  | { t: 'invited_read' };

/** Older news is not repeated to anybody. */
const NEWS_KEPT = 6;

export function initialState(session: Session): VisitState {
  return {
    line: 'joining',
    media: 'off',
    you: session.participant,
    name: session.display_name,
    language: session.language,
    role: session.role,
    standing: null,
    can: [],
    startsAt: session.starts_at,
    endsAt: session.ends_at,
    opensAt: '',
    slotCount: { audio: 0, video: 0 },
    people: [],
    peopleKnown: false,
    staffHere: false,
    apart: null,
    inSidebar: false,
    leads: false,
    voiceOnly: false,
    outcome: null,
    lines: [],
    stillAsked: null,
    still: null,
    consents: [],
    gates: [],
    queue: null,
    chat: [],
    captions: [],
    recording: null,
    plan: { segments: [], segment: null, since: null, topics: [], handOverTo: null, noShowProposed: false, overran: false },
    showing: null,
    offered: [],
    hearing: null,
    standards: [],
    invited: null,
    boundByMid: {},
    worthBySource: {},
    speakers: [],
    deliveries: [],
    sound: 'plain',
    givenUp: 'all',
    news: [],
    newsCount: 0,
    refusal: null,
  };
}

export function reduce(state: VisitState, message: ServerMessage | LocalMessage): VisitState {
  switch (message.t) {
    case 'welcome':
      return {
        ...state,
        line: 'up',
        you: message.you,
        role: message.role,
        standing: message.standing,
        can: message.can,
        startsAt: message.starts_at,
        endsAt: message.ends_at,
        opensAt: message.opens_at,
        slotCount: message.slots,
        queue: null,
        refusal: null,
      };
    case 'standing':
      return { ...state, standing: message.standing, queue: null };
    case 'people':
      return {
        ...withPeople(state, message.people, message.staff_here),
        apart: message.apart, inSidebar: message.in_sidebar, leads: message.leads, voiceOnly: message.voice_only,
        // What was said in one circle is not read in another.
        captions: message.apart !== null || message.in_sidebar !== state.inSidebar ? [] : state.captions,
      };
    case 'asks':
      return { ...state, consents: message.consents, gates: message.gates };
    case 'queue':
      return { ...state, queue: { position: message.position, waitMinutes: message.wait_minutes } };
    case 'chat':
      return { ...state, chat: withLine(state.chat, message.line) };
    case 'caption':
      return { ...state, captions: withCaption(state.captions, message.line) };
    case 'recording':
      return { ...state, recording: { state: message.state, taken: message.taken, why: message.why, failure: message.failure } };
    case 'schedule':
      return { ...state, startsAt: message.starts_at, endsAt: message.ends_at, plan: planOf(message) };
    case 'lesson':
      return { ...state, showing: message.showing, offered: message.offered };
    case 'hearing':
      return { ...state, hearing: hearingOf(message) };
    case 'standards':
      return { ...state, standards: message.lines };
    case 'invited':
      return { ...state, invited: { participant: message.participant, link: message.link } };
    case 'outcome':
      return { ...state, outcome: message.outcome };
    case 'lines':
      return { ...state, lines: message.lines };
    case 'still_asked':
      return { ...state, stillAsked: { still: message.still, by: message.by } };
    case 'still_answered':
      return { ...state, stillAsked: null };
    case 'still':
      return { ...state, still: { still: message.still, participant: message.participant, state: message.state } };
    case 'still_read':
      return { ...state, still: null };
    case 'invited_read':
      return { ...state, invited: null };
    case 'slots':
      return { ...state, boundByMid: bound(message.slots) };
    case 'watched':
      return { ...state, worthBySource: { ...state.worthBySource, [message.source]: message.layers } };
    case 'speakers':
      return { ...state, speakers: message.participants };
    case 'delivered':
      return { ...state, deliveries: message.deliveries, sound: message.sound };
    case 'refused':
      return { ...state, refusal: { to: message.to, code: message.code } };
    case 'going_away':
      // The socket closes in a moment; the page need not wait for it to say so.
      return { ...state, line: 'restoring' };
    case 'line':
      return state.line === 'over' ? state : { ...state, line: message.line };
    case 'media':
      return { ...state, media: message.media, refusal: message.media === 'up' && state.refusal?.to === 'offer' ? null : state.refusal };
    case 'offered':
      return { ...state, boundByMid: {}, worthBySource: {}, deliveries: [], speakers: [], sound: 'plain', givenUp: 'all' };
    case 'given_up':
      return { ...state, givenUp: message.rung };
    case 'refusal_read':
      return { ...state, refusal: null };
    case 'answer':
    case 'ice_restarted':
    case 'voice_wanted':
    case 'media_lost':
    case 'clock':
    case 'pong':
      return state;
    default:
      // A newer server may say more than this page knows.
      return state;
  }
}

function planOf({ segments, segment, segment_since: since, topics, hand_over_to, no_show_proposed, overran }: Extract<ServerMessage, { t: 'schedule' }>): Plan {
  return { segments, segment, since, topics, handOverTo: hand_over_to, noShowProposed: no_show_proposed, overran };
}

function bound(slots: { mid: string; bound: Bound | null }[]): Record<string, Bound> {
  const boundByMid: Record<string, Bound> = {};
  for (const slot of slots) if (slot.bound) boundByMid[slot.mid] = slot.bound;
  return boundByMid;
}

function withPeople(state: VisitState, people: Person[], staffHere: boolean): VisitState {
  const fresh = state.peopleKnown ? changes(state.people, people) : [];
  const news = fresh.map((change, index) => ({ ...change, id: state.newsCount + index + 1 }));
  return {
    ...state,
    people,
    peopleKnown: true,
    staffHere,
    news: [...state.news, ...news].slice(-NEWS_KEPT),
    newsCount: state.newsCount + news.length,
  };
}

/** What is worth telling between two lists of people. */
export function changes(before: Person[], after: Person[]): Omit<News, 'id'>[] {
  const told: Omit<News, 'id'>[] = [];
  const beforeById = new Map(before.map((person) => [person.participant, person]));
  for (const person of after) {
    const was = beforeById.get(person.participant);
    beforeById.delete(person.participant);
    const from = was?.presence ?? 'expected';
    if (from !== person.presence) {
      const kind = passage(from, person.presence);
      if (kind) told.push({ kind, person });
    }
    if ((was?.sources.screen ?? false) !== person.sources.screen) {
      told.push({ kind: person.sources.screen ? 'shares' : 'shares_no_more', person });
    }
  }
  for (const person of beforeById.values()) {
    if (person.presence !== 'expected') told.push({ kind: goneFrom(person.presence), person });
  }
  return told;
}

function passage(from: Person['presence'], to: Person['presence']): News['kind'] | null {
  if (to === 'here') return from === 'reconnecting' ? 'back' : 'arrived';
  if (to === 'waiting') return 'waits';
  if (to === 'reconnecting') return 'reconnecting';
  return goneFrom(from);
}

/** Whoever waited was declined or thought better of it; they were never in the visit. */
function goneFrom(presence: Person['presence']): News['kind'] {
  return presence === 'waiting' ? 'waits_no_more' : 'gone';
}

/** Standings after which this page has nothing more to do in the visit. */
export function isOver(standing: Standing | null): boolean {
  switch (standing) {
    case null:
    case 'early':
    case 'waiting':
    case 'admitted':
      return false;
    case 'declined':
    case 'removed':
    case 'left':
    case 'ended':
    case 'cancelled':
    case 'missed':
    case 'replaced':
      return true;
  }
}
