// What a desk looks at. In: rows, a queue, a name. Out: the rows that are shown, and what there is to choose of. Never: a choice that hides a visit without being seen.
import type { Row } from './day';
import { isStaff } from './lights';

/** `null`: all of them. */
export type Choice = { queue: string | null; staff: string | null };

/** Stands for the visits without a queue: a queue's name has no space. */
export const NO_QUEUE = ' ';

export function queuesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.map(({ visit }) => visit.queue ?? NO_QUEUE))].sort();
}

export function staffOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ seats }) => seats.filter(isStaff).flatMap(({ person }) => person.display_name ?? [])))].sort((a, b) => a.localeCompare(b));
}

/** What a visit is known by: the patient, or else the first person with a name. */
export function named({ seats }: Pick<Row, 'seats'>): string | null {
  const there = seats.filter(({ person, place }) => person.display_name != null && place !== 'gone');
  const known = there.find(({ person }) => person.role === 'patient') ?? there[0];
  return known?.person.display_name ?? null;
}

export function chosen<T extends Row>(rows: readonly T[], { queue, staff }: Choice): T[] {
  return rows.filter(({ visit, seats }) => {
    if (queue !== null && (visit.queue ?? NO_QUEUE) !== queue) return false;
    return staff === null || seats.some((seat) => isStaff(seat) && seat.person.display_name === staff);
  });
}
