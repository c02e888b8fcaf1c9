// A visit into another queue. In: the visit as staff saw it, the queues there are. Out: the move, after a second look. Never: another visit than the one that was seen; what has changed since is a reason to look again.
import { useState } from 'preact/hooks';
import { Ask, useQuestion } from '../page/ask';
import { Field, Select } from '../page/field';
import { when } from '../words';
import { useAsked } from './asked';
import type { Transfer as Wish, Visit } from './bodies';
import { named, NO_QUEUE } from './choose';
import type { Row } from './day';
import { type PartProps, Wrong } from './parts';

/** As long as the API takes. */
const QUEUE_CHARS_MAX = 64;

type Props = PartProps & { row: Row; queues: readonly string[]; again: () => void };

export function Transfer({ row, queues, again, ...part }: Props) {
  const { asking, opener, ask, done } = useQuestion();
  const { trouble, ask: wish } = useAsked(part.desk);
  const { transfer } = part.words.desk;
  const name = named(row);
  if (name === null) return null;
  const move = (id: string, body: Wish) => {
    done();
    void wish(() => part.api.call<Visit>('POST', `/v1/visits/${id}/transfer`, body), again);
  };
  return (
    <>
      <button type="button" class="button" ref={opener} disabled={asking} aria-label={transfer.openName(name)} onClick={ask}>{transfer.open}</button>
      {asking ? <Move visit={row.visit} name={name} queues={queues} words={part.words} move={move} done={done} /> : null}
      <Wrong trouble={trouble} words={part.words} />
    </>
  );
}

type MoveProps = Pick<PartProps, 'words'> & { visit: Visit; name: string; queues: readonly string[]; move: (id: string, body: Wish) => void; done: () => void };

/** The visit as it was when the question came up is the one that is moved. */
function Move({ visit, name, queues, words, move, done }: MoveProps) {
  const { transfer, day } = words.desk;
  const [seen] = useState({ visit, name });
  const others = queues.filter((queue) => queue !== NO_QUEUE && queue !== seen.visit.queue);
  const [chosen, choose] = useState(others[0] ?? '');
  const [written, write] = useState('');
  const { id, starts_at, ends_at, queue: from } = seen.visit;
  const time = when(words.page, starts_at, ends_at);
  const to = (chosen || written).trim();
  const body: Wish = { queue: to, display_name: seen.name, starts_at, ...(from == null ? {} : { from }) };
  return (
    <Ask question={transfer.ask(seen.name, day.hours(time.from, time.to))} yes={transfer.yes} no={transfer.no} grave={false} onYes={() => move(id, body)} onNo={done}>
      <p class="hint">{transfer.from(from ?? day.noQueue)}</p>
      <Select label={transfer.to} value={chosen} choose={choose} options={[...others.map((value) => ({ value, text: value })), { value: '', text: transfer.other }]} />
      {chosen === '' ? <Field label={transfer.name} value={written} write={write} hint={transfer.nameHint} max={QUEUE_CHARS_MAX} /> : null}
    </Ask>
  );
}
