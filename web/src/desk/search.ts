// What is asked of the audit log. In: what was written. Out: the path of the question. Never: anything but ids and times in it.

/** As written: the id of a visit, a day; each may be empty. */
export type Search = { visit: string; since: string };

const PAGE = 100;

/** A day begins at this device's midnight. */
export function asks({ visit, since }: Search, cursor: string | null): string {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (visit.trim() !== '') query.set('visit', visit.trim());
  if (since !== '') query.set('since', new Date(`${since}T00:00`).toISOString());
  if (cursor !== null) query.set('cursor', cursor);
  return `/v1/audit?${query.toString()}`;
}

const MARK_CHARS = 8;

/** Enough of a mark to tell two apart on a page. */
export function shortMark(hash: string | null | undefined): string {
  return hash ? hash.slice(0, MARK_CHARS) : '';
}
