// The coordinator's board: every queue with who waits and who is being seen. In: looks at the day. Out: a column each, those who wait too long first. Never: a breach shown by its colour alone.
import { useCallback } from 'preact/hooks';
import { Heading } from '../page/heading';
import { Card } from './card';
import { queuesOf } from './choose';
import { type Day, isUnderWay, lookAtDay, type Row } from './day';
import { useLooked, useNow } from './looked';
import { byQueue } from './order';
import { type PartProps, Standing } from './parts';
import { waitedMinutes } from './wait';
import { Write } from './write';
import type { DeskWords } from './words';

export function Board(part: PartProps) {
  const { desk, api, words: { desk: said } } = part;
  const looked = useLooked(desk, useCallback(() => lookAtDay(api, Date.now()), [api]));
  const now = useNow();
  const queues = byQueue((looked.value?.rows ?? []).filter(({ visit }) => isUnderWay(visit)));
  const known = queuesOf(looked.value?.rows ?? []);
  return (
    <>
      <Heading text={said.tab.board} />
      <Standing looked={looked} words={part.words} />
      {looked.value?.more ? <p class="notice">{said.look.more}</p> : null}
      {looked.value && queues.length === 0 ? <p class="lead">{said.board.quiet}</p> : null}
      <div class="board">
        {queues.map(([name, rows]) => (
          <section key={name ?? ''} class="column" aria-label={name ?? said.day.noQueue}>
            <h2><bdi>{name ?? said.day.noQueue}</bdi></h2>
            <p class="hint">{summary(rows, now, said)}</p>
            {name !== null && rows.some(isWaited) ? <div class="doings"><Write to={`/v1/queues/${encodeURIComponent(name)}/messages`} label={{ seen: said.message.queue, heard: said.message.queueName(name) }} {...part} /></div> : null}
            <ul class="visits">
              {rows.map((row) => <Card key={row.visit.id} Title="h3" row={row} now={now} place={placeOf(looked.value, row, said)} queues={known} again={looked.again} {...part} />)}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

function isWaited({ waitingSince }: Row): boolean {
  return waitingSince !== null;
}

function summary(rows: readonly Row[], now: number, { board }: DeskWords): string {
  const waits = rows.flatMap(({ waitingSince }) => (waitingSince === null ? [] : waitedMinutes(waitingSince, now)));
  const seen = rows.filter(({ visit }) => visit.state === 'live').length;
  return [board.waiting(waits.length), ...(waits.length > 0 ? [board.longest(Math.max(...waits))] : []), ...(seen > 0 ? [board.seen(seen)] : [])].join(' · ');
}

/** The place in the queue and the likely wait, as the person themselves is told. */
function placeOf(day: Day | null, { visit }: Row, { board }: DeskWords): string {
  const entry = visit.queue ? day?.queueByName.get(visit.queue)?.data.find((each) => each.visit === visit.id) : undefined;
  if (!entry) return '';
  return [board.place(entry.position), ...(entry.wait_minutes == null ? [] : [board.expected(entry.wait_minutes)])].join(', ');
}
