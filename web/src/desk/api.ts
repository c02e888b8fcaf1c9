// The REST API as the desk uses it. In: a key, a path, a body. Out: what was answered, or why not, as a word the desk has a sentence for.
// Never: the key in a URL, a cookie or a store of this file; it travels in one header.

export type Trouble =
  /** The key opens nothing, or no more. */
  | 'key'
  /** The key may not do that. */
  | 'scope'
  /** There is no such thing, or no more. */
  | 'gone'
  /** As things stand it cannot be done. */
  | 'not_now'
  /** What was written is not right. */
  | 'invalid'
  | 'too_many'
  /** The server answered, but could not do it. */
  | 'fault'
  /** No answer at all. */
  | 'unreachable';

export type Answer<T> = { ok: T } | { trouble: Trouble; askedMs: number };

/** Longest wait for an answer; the server itself gives up a little earlier. */
const ANSWER_MS = 20_000;

export function troubleOf(status: number): Trouble {
  if (status === 401) return 'key';
  if (status === 403) return 'scope';
  if (status === 404 || status === 410) return 'gone';
  if (status === 409) return 'not_now';
  if (status === 429) return 'too_many';
  return status >= 500 ? 'fault' : 'invalid';
}

export class Api {
  constructor(private readonly key: string) {}

  get<T>(path: string): Promise<Answer<T>> {
    return this.call('GET', path);
  }

  /** `once`: the name of what is asked, under which the server does it once however often it is asked. */
  async call<T>(method: string, path: string, body?: unknown, once?: string): Promise<Answer<T>> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), ANSWER_MS);
    try {
      const response = await fetch(path, {
        method,
        headers: {
          authorization: `Bearer ${this.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(once === undefined ? {} : { 'idempotency-key': once }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        signal: patience.signal,
      });
      if (!response.ok) return { trouble: troubleOf(response.status), askedMs: 1_000 * Number(response.headers.get('retry-after') ?? 0) || 0 };
      return { ok: (response.status === 204 ? undefined : await response.json()) as T };
    } catch {
      return { trouble: 'unreachable', askedMs: 0 };
    } finally {
      clearTimeout(timer);
    }
  }
}
