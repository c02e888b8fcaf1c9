// The plan of the visit, for those who may change it. In: when it ends, its parts. Out: longer, the next part. Never: a part skipped by itself.
import type { VisitState } from '../sdk';
import { moment, type Words } from '../words';
import type { Journey } from './journey';

type Props = { journey: Journey; state: VisitState; words: Words };

/** What a visit is usually short of. */
const LONGER_MINUTES = 15;

export function PlanOf({ journey, state, words }: Props) {
  const { segments, segment } = state.plan;
  const next = segment === null ? 0 : segment + 1;
  const now = segment === null ? undefined : segments[segment];
  const then = segments[next];
  return (
    <section>
      <h3>{words.plan.title}</h3>
      <p>{words.plan.until(moment(words, state.endsAt))}</p>
      {now ? <p>{words.plan.part(next, segments.length, words.segment[now])}</p> : null}
      <span class="acts">
        <Longer journey={journey} words={words} />
        {then ? (
          <button type="button" class="button" onClick={() => journey.visit?.send({ t: 'start_segment', segment: next })}>
            {words.plan.next(words.segment[then])}
          </button>
        ) : null}
      </span>
    </section>
  );
}

export function Longer({ journey, words }: Omit<Props, 'state'>) {
  return (
    <button type="button" class="button" onClick={() => journey.visit?.send({ t: 'extend', minutes: LONGER_MINUTES })}>
      {words.plan.longer(LONGER_MINUTES)}
    </button>
  );
}
