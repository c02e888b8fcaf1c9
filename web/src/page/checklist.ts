// What staff has to know of a person, at a glance. In: their readiness. Out: each check that is asked for, and how it stands. Never: a check nobody asks for.
import type { Gate, Readiness } from '../protocol';

export type Mark = 'done' | 'skipped' | 'failed' | 'open';

/** In the order in which a visit comes to them. */
const ORDER: readonly Gate[] = ['identity', 'location', 'callback', 'privacy', 'device'];

export function checklist(ready: Readiness): { of: Gate | 'consent'; mark: Mark }[] {
  const gates = ORDER.flatMap((gate) => {
    const mark = markOf(gate, ready);
    return mark ? [{ of: gate, mark }] : [];
  });
  const consent = ready.agreed.includes('telehealth') ? 'done' : ready.refused.includes('telehealth') ? 'failed' : null;
  return consent ? [...gates, { of: 'consent' as const, mark: consent }] : gates;
}

function markOf(gate: Gate, { passed, skipped, failed, before_admission, before_end }: Readiness): Mark | null {
  if (passed.includes(gate)) return 'done';
  if (skipped.includes(gate)) return 'skipped';
  if (failed.includes(gate)) return 'failed';
  return before_admission.includes(gate) || before_end.includes(gate) ? 'open' : null;
}
