// The visits of one day, as they stand. In: the API, the day. Out: each visit with its seats and lights, and where the queues stand.
// Never: more than is shown: what has happened is read of visits under way only.
import type { Answer, Api } from './api';
import type { Policies, Policy, Queue, Timeline, Visit, VisitPage, VisitQuality } from './bodies';
import { type Lights, lights } from './lights';
import { compare, type Ranked } from './order';
import { type Seat, seats } from './seats';

export type Row = Ranked & { visit: Visit; seats: Seat[]; lights: Lights; limitMinutes: number };
export type Day = { rows: Row[]; queueByName: Map<string, Queue>; /** There are more visits than are shown. */ more: boolean };

/** As many as the API gives on one page. */
const PAGE = 200;
/** Five pages; a larger house looks at one queue at a time. */
const PAGES_MAX = 5;
/** Visits under way of which it is read what has happened. */
const UNDER_WAY_MAX = 60;
/** How many are asked about at once: a browser opens about as many connections. */
const AT_ONCE = 6;
const HOUR_MS = 3_600_000;
/** The longest visit there may be: one that began yesterday may still go on. */
const LONGEST_MS = 8 * HOUR_MS;
/** Where the rules of a visit are not known here, those that hold where nothing is said. */
const USUAL = { wait_breach_minutes: 15, place_kept_minutes: 15 };

/** The local day that `now` is in. */
export function bounds(now: number): { from: number; to: number } {
  const day = new Date(now);
  const from = new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const to = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  return { from: from.getTime(), to: to.getTime() };
}

const UNDER_WAY = ['open', 'live', 'no_show_proposed'];

export function isUnderWay({ state }: Pick<Visit, 'state'>): boolean {
  return UNDER_WAY.includes(state);
}

export async function lookAtDay(api: Api, now: number): Promise<Answer<Day>> {
  const { from, to } = bounds(now);
  const [listed, policies] = await Promise.all([visitsBetween(api, from - LONGEST_MS, to), api.get<Policies>('/v1/policies')]);
  if ('trouble' in listed) return listed;
  if ('trouble' in policies) return policies;
  const ofToday = listed.ok.visits.filter((visit) => Date.parse(visit.starts_at) >= from || isUnderWay(visit));
  const policyByName = new Map(policies.ok.data.map((policy) => [policy.name, policy]));
  const rows = await each(ofToday, (visit, index) => rowOf(api, visit, policyByName.get(visit.policy), index < UNDER_WAY_MAX));
  if ('trouble' in rows) return rows;
  rows.ok.sort(compare);
  const names = new Set(rows.ok.filter((row) => row.waitingSince !== null).flatMap((row) => row.visit.queue ?? []));
  const queues = await each([...names], async (name): Promise<Answer<[string, Queue]>> => {
    const queue = await api.get<Queue>(`/v1/queues/${encodeURIComponent(name)}`);
    return 'ok' in queue ? { ok: [name, queue.ok] } : queue;
  });
  if ('trouble' in queues) return queues;
  return { ok: { rows: rows.ok, queueByName: new Map(queues.ok), more: listed.ok.more } };
}

async function visitsBetween(api: Api, from: number, to: number): Promise<Answer<{ visits: Visit[]; more: boolean }>> {
  const query = new URLSearchParams({ limit: String(PAGE), from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const visits: Visit[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await api.get<VisitPage>(`/v1/visits?${query.toString()}`);
    if ('trouble' in answer) return answer;
    visits.push(...answer.ok.data);
    if (!answer.ok.next_cursor) return { ok: { visits: underWayFirst(visits), more: false } };
    query.set('cursor', answer.ok.next_cursor);
  }
  return { ok: { visits: underWayFirst(visits), more: true } };
}

function underWayFirst(visits: Visit[]): Visit[] {
  return visits.sort((a, b) => Number(isUnderWay(b)) - Number(isUnderWay(a)) || Date.parse(b.starts_at) - Date.parse(a.starts_at));
}

async function rowOf(api: Api, visit: Visit, policy: Policy | undefined, isRead: boolean): Promise<Answer<Row>> {
  const path = `/v1/visits/${visit.id}`;
  const wanted = isRead && isUnderWay(visit);
  const [events, quality] = await Promise.all([
    wanted ? api.get<Timeline>(`${path}/events`) : { ok: { data: [] } },
    wanted && visit.state === 'live' ? api.get<VisitQuality>(`${path}/quality`) : { ok: undefined },
  ]);
  if ('trouble' in events) return events;
  if ('trouble' in quality) return quality;
  const times = policy?.times ?? USUAL;
  const taken = seats(visit, events.ok.data, times.place_kept_minutes);
  const shown = lights(taken, policy, quality.ok);
  return { ok: { visit, seats: taken, lights: shown, waitingSince: shown.waiting?.since ?? null, limitMinutes: times.wait_breach_minutes } };
}

/** Asks of each, some at once; the first trouble is the answer. */
async function each<T, R>(all: readonly T[], ask: (one: T, index: number) => Promise<Answer<R>>): Promise<Answer<R[]>> {
  const found: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const answers = await Promise.all(all.slice(at, at + AT_ONCE).map((one, index) => ask(one, at + index)));
    for (const answer of answers) {
      if ('trouble' in answer) return answer;
      found.push(answer.ok);
    }
  }
  return { ok: found };
}
