// One visit on the desk. In: its row. Out: when, who, how ready it is, and what can be done about it. Never: a colour without a word.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Ask, useQuestion } from '../page/ask';
import { Icon } from '../page/icon';
import { languageName, listed, when } from '../words';
import type { Participant, SettleNoShow, Visit } from './bodies';
import { type Row } from './day';
import { isStaff, type Lights, type Tone } from './lights';
import { isOver } from './order';
import { useAsked } from './asked';
import { type PartProps, Wrong } from './parts';
import type { Seat } from './seats';
import { Transfer } from './transfer';
import { type Breach, breach, waitedMinutes } from './wait';
import type { Both } from './words';
import { Write } from './write';

type Props = PartProps & {
  row: Row; now: number; again: () => void;
  /** Where the visit stands in its queue. */
  place?: string;
  /** Into which it may be moved. */
  queues?: readonly string[];
  /** Below the heading of the page, or of a queue. */
  Title?: 'h2' | 'h3';
};

export function Card({ row, now, place = '', queues = [], Title = 'h2', again, ...part }: Props) {
  const { visit, seats, lights, waitingSince, limitMinutes } = row;
  const { page, desk: said } = part.words;
  const time = when(page, visit.starts_at, visit.ends_at);
  const level = waitingSince === null ? 'calm' : breach(waitingSince, now, limitMinutes);
  return (
    <li class="visit" data-breach={level}>
      <div class="visit-head">
        <Title>{said.day.hours(time.from, time.to)}</Title>
        <span class="hint">{said.state[visit.state]}</span>
        {visit.urgent ? <span class="flag">{said.day.urgent}</span> : null}
        {level === 'calm' ? null : <span class={level === 'late' ? 'flag late' : 'flag'}>{said.light[level]}</span>}
      </div>
      <ul class="seats">{seats.map((seat) => <li key={seat.person.id}><bdi>{nameOf(seat.person, part.words)}</bdi> <span class="hint">{page.role[seat.person.role]}</span></li>)}</ul>
      {place === '' ? null : <p class="hint">{place}</p>}
      {isOver(visit.state) ? null : <LightList row={row} lights={lights} level={level} now={now} words={part.words} />}
      {isOver(visit.state) ? null : <Doings row={row} queues={queues} again={again} {...part} />}
    </li>
  );
}

/** People whom another organisation sends have no name here. */
export function nameOf({ display_name, role }: Participant, words: Both): string {
  return display_name ?? words.page.role[role];
}

const TONE: Record<Breach, Tone> = { calm: 'open', soon: 'open', late: 'bad' };

type ListProps = { row: Row; lights: Lights; level: Breach; now: number; words: Both };

function LightList({ lights, level, now, words }: ListProps) {
  const { page, desk: { light, interpreter } } = words;
  const { waiting, languages, line } = lights;
  const interpreterTone: Tone = lights.interpreter === 'not_planned' ? 'bad' : lights.interpreter === 'expected' ? 'open' : lights.interpreter === 'not_needed' ? 'quiet' : 'good';
  return (
    <ul class="lights" aria-label={light.label}>
      {waiting ? <Light tone={TONE[level]} text={light.waits(nameOf(waiting.seat.person, words), waitedMinutes(waiting.since, now))} /> : null}
      <Light tone={lights.checks.tone} text={checksText(lights, words)} />
      <Light tone="quiet" text={languages.map((tag) => languageName(page, tag)).join(' · ')} />
      <Light tone={interpreterTone} text={interpreter[lights.interpreter]} />
      <Light tone={line.tone} text={lineText(lights, words)} />
    </ul>
  );
}

function Light({ tone, text }: { tone: Tone; text: string }) {
  if (text === '') return null;
  return <li data-tone={tone}>{tone === 'good' ? <Icon name="check" /> : <span class="lamp" />}<span>{text}</span></li>;
}

function checksText({ checks }: Lights, { page, desk: { light } }: Both): string {
  if (!checks.came) return light.nobody;
  if (!checks.known) return light.unknown;
  const missing = [...checks.gates.map((gate) => page.gate[gate]), ...checks.purposes.map((purpose) => page.purpose[purpose])];
  return missing.length > 0 ? light.missing(listed(page, missing)) : light.ready;
}

function lineText({ line }: Lights, { page, desk }: Both): string {
  if (line.lost) return desk.light.lineLost;
  if (line.causes.length > 0) return desk.light.linePoor(listed(page, line.causes.map((cause) => desk.cause[cause])));
  return line.tone === 'good' ? desk.light.lineGood : desk.light.lineUnknown;
}

type DoingsProps = PartProps & { row: Row; queues: readonly string[]; again: () => void };

function Doings({ row, queues, again, ...part }: DoingsProps) {
  const { visit, seats, lights: { waiting } } = row;
  const { message } = part.words.desk;
  const own = seats.filter((seat) => isStaff(seat) && seat.place !== 'gone' && seat.person.display_name != null);
  return (
    <div class="doings">
      {visit.state === 'no_show_proposed' ? <NoShow visit={visit} again={again} {...part} /> : null}
      {own.map((seat) => <OwnSeat key={seat.person.id} visit={visit} seat={seat} {...part} />)}
      {waiting ? <Write to={`/v1/visits/${visit.id}/messages`} label={{ seen: message.open, heard: message.openName(nameOf(waiting.seat.person, part.words)) }} {...part} /> : null}
      {queues.length > 0 ? <Transfer row={row} queues={queues} again={again} {...part} /> : null}
    </div>
  );
}

/** A new link for a seat of one's own, and the way in, by one press: only where somebody holds the seat already it is asked first. The link is nowhere on the page but in the address of that way. */
function OwnSeat({ visit, seat, desk, api, words }: PartProps & { visit: Visit; seat: Seat }) {
  const { asking, opener, ask, done } = useQuestion();
  const { trouble, ask: wish } = useAsked(desk);
  const [link, setLink] = useState('');
  const way = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    way.current?.focus();
    // As long as the press counts the browser opens a window; after a slow answer it takes another one.
    if (navigator.userActivation?.isActive) way.current?.click();
  }, [link]);
  const name = nameOf(seat.person, words);
  const { seat: said } = words.desk;
  const make = () => {
    done();
    void wish(() => api.call<Participant>('POST', `/v1/visits/${visit.id}/participants/${seat.person.id}/link`), (person) => setLink(person.link ?? ''));
  };
  if (link !== '') {
    return <a ref={way} class="button main" href={link} target="_blank" rel="noopener noreferrer" onClick={() => setTimeout(() => setLink(''))}>{said.go(name)}</a>;
  }
  return (
    <>
      <button type="button" class="button" ref={opener} disabled={asking} onClick={isHeld(seat) ? ask : make}>{said.open(name)}</button>
      {asking ? <Ask question={said.ask(name)} yes={said.yes} no={said.no} onYes={make} onNo={done} grave={false} /> : null}
      <Wrong trouble={trouble} words={words} />
    </>
  );
}

/** Somebody is on the page that the new link closes. */
function isHeld({ place }: Seat): boolean {
  return place === 'waiting' || place === 'here' || place === 'away';
}

function NoShow({ visit, again, desk, api, words }: PartProps & { visit: Visit; again: () => void }) {
  const { asking, opener, ask, done } = useQuestion();
  const { trouble, ask: wish } = useAsked(desk);
  const { noShow } = words.desk;
  const settle = (body: SettleNoShow) => void wish(() => api.call<Visit>('POST', `/v1/visits/${visit.id}/no-show`, body), again);
  return (
    <>
      <button type="button" class="button" ref={opener} disabled={asking} onClick={ask}>{noShow.yes}</button>
      <button type="button" class="button" onClick={() => settle({ confirmed: false })}>{noShow.no}</button>
      {asking ? <Ask question={noShow.ask} yes={noShow.yes} no={noShow.keep} onYes={() => { done(); settle({ confirmed: true }); }} onNo={done} /> : null}
      <Wrong trouble={trouble} words={words} />
    </>
  );
}
