// Redeeming a personal link.
// In: the part of the link behind the `#`. Out: a session, or why not, as a word the page has a sentence for.
// Never: the secret in a URL; it travels in the body of a POST and nowhere else.
import type { Redeem, Session } from '../protocol';

export type LinkProblem =
  /** The link is not one of ours, or not whole. */
  | 'unknown'
  /** The visit is over. */
  | 'over'
  /** The visit was cancelled. */
  | 'cancelled'
  /** Too many tries. */
  | 'too_many'
  /** The server answered, but could not do it. */
  | 'fault'
  /** No answer at all. */
  | 'unreachable';

export type Redeemed = { session: Session } | { problem: LinkProblem };

/** By the kind of problem (RFC 9457), and by the status where a proxy has answered in the server's place. */
export function linkProblem(status: number, kind: string): LinkProblem {
  if (kind === '/problems/visit-cancelled') return 'cancelled';
  if (status === 410) return 'over';
  if (status === 429) return 'too_many';
  if (status >= 500) return 'fault';
  return 'unknown';
}

export async function redeem(link: string): Promise<Redeemed> {
  const body: Redeem = { link };
  try {
    const response = await fetch('/v1/links/redeem', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (!response.ok) return { problem: linkProblem(response.status, await kindOf(response)) };
    return { session: (await response.json()) as Session };
  } catch {
    return { problem: 'unreachable' };
  }
}

async function kindOf(response: Response): Promise<string> {
  try {
    return String(((await response.json()) as { type?: unknown }).type);
  } catch {
    return '';
  }
}
