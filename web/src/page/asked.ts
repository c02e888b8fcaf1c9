// What one asked for, until the server has spoken. In: what it last told, what is asked for. Out: what to draw. Never: drawn as before while the answer is on its way.
import { useEffect, useState } from 'preact/hooks';
import type { VisitState } from '../sdk';

/** What was told is a text, so that the same told again is no answer. */
export function useAsked(told: string, { line, refusal }: Pick<VisitState, 'line' | 'refusal'>): [string, (asked: string) => void] {
  const [asked, ask] = useState<string | null>(null);
  useEffect(() => ask(null), [told, line, refusal]);
  return [asked ?? told, ask];
}
