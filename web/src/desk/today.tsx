// The clinician's day: the visits of a queue or of somebody, the most pressing first. In: looks at the day. Out: a card each, narrow enough to stand beside a record. Never: what is over among what is not.
import { useCallback, useState } from 'preact/hooks';
import { Select } from '../page/field';
import { Heading } from '../page/heading';
import { Card } from './card';
import { type Choice, chosen, NO_QUEUE, queuesOf, staffOf } from './choose';
import { lookAtDay } from './day';
import { useLooked, useNow } from './looked';
import { isOver } from './order';
import { type PartProps, Standing } from './parts';

export function Today(part: PartProps) {
  const { desk, api, words: { desk: said } } = part;
  const looked = useLooked(desk, useCallback(() => lookAtDay(api, Date.now()), [api]));
  const now = useNow();
  const [choice, choose] = useState<Choice>({ queue: null, staff: null });
  const rows = looked.value?.rows ?? [];
  const shown = chosen(rows, choice);
  const [over, coming] = [shown.filter(({ visit }) => isOver(visit.state)), shown.filter(({ visit }) => !isOver(visit.state))];
  const queues = queuesOf(rows).map((value) => ({ value, text: value === NO_QUEUE ? said.day.noQueue : value }));
  const staff = staffOf(rows).map((value) => ({ value, text: value }));
  return (
    <>
      <Heading text={said.tab.day} />
      <Standing looked={looked} words={part.words} />
      {looked.value?.more ? <p class="notice">{said.look.more}</p> : null}
      <div class="filters">
        <Select label={said.day.staff} value={choice.staff ?? ''} options={[{ value: '', text: said.day.everybody }, ...staff]}
          choose={(name) => choose({ ...choice, staff: name || null })} />
        <Select label={said.day.queue} value={choice.queue ?? ''} options={[{ value: '', text: said.day.everyQueue }, ...queues]}
          choose={(queue) => choose({ ...choice, queue: queue || null })} />
      </div>
      {looked.value && coming.length === 0 ? <p class="lead">{said.day.none}</p> : null}
      <ul class="visits">{coming.map((row) => <Card key={row.visit.id} row={row} now={now} again={looked.again} {...part} />)}</ul>
      {over.length > 0 ? (
        <details class="others">
          <summary>{said.day.over(over.length)}</summary>
          <ul class="visits">{over.map((row) => <Card key={row.visit.id} row={row} now={now} again={looked.again} {...part} />)}</ul>
        </details>
      ) : null}
    </>
  );
}
