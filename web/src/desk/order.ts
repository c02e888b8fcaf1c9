// Which visit is looked at first. In: visits as they stand. Out: them, in order; and by queue. Never: one that waits below one that does not.
import type { Visit, VisitState } from './bodies';

export type Ranked = { visit: Pick<Visit, 'id' | 'state' | 'starts_at' | 'urgent' | 'queue'>; waitingSince: string | null };

/** After those who wait. */
const RANK: Record<VisitState, number> = { no_show_proposed: 1, live: 2, open: 3, scheduled: 4, ended: 5, no_show: 5, cancelled: 5 };

function rank({ visit, waitingSince }: Ranked): number {
  return waitingSince === null ? RANK[visit.state] : 0;
}

/** Those who wait, urgent ones first and then who has waited longest; then what is under way, what comes, what is over. */
export function compare(a: Ranked, b: Ranked): number {
  const byRank = rank(a) - rank(b);
  if (byRank !== 0) return byRank;
  if (a.waitingSince !== null && b.waitingSince !== null) {
    const byNeed = Number(b.visit.urgent) - Number(a.visit.urgent) || Date.parse(a.waitingSince) - Date.parse(b.waitingSince);
    if (byNeed !== 0) return byNeed;
  }
  return Date.parse(a.visit.starts_at) - Date.parse(b.visit.starts_at) || (a.visit.id < b.visit.id ? -1 : 1);
}

/** Each queue with its visits, in the order of names; visits without a queue come last, under `null`. */
export function byQueue<T extends Ranked>(all: readonly T[]): [string | null, T[]][] {
  const queues = new Map<string | null, T[]>();
  for (const each of all) {
    const name = each.visit.queue ?? null;
    queues.set(name, [...(queues.get(name) ?? []), each]);
  }
  return [...queues].sort(([a], [b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b)));
}

const OVER: readonly VisitState[] = ['ended', 'cancelled', 'no_show'];

export function isOver(state: VisitState): boolean {
  return OVER.includes(state);
}
