// Written words, in the lobby and in the visit, also while voice and picture are away. In: the lines, whom one may write to. Out: a line. Never: a line shown that the server has not passed on.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChatLine, ChatTo, ReadyMade } from '../protocol';
import type { VisitState } from '../sdk';
import { moment, type Words } from '../words';
import { Field, Select } from './field';
import { Icon } from './icon';
import type { Journey } from './journey';
import { useLater } from './later';
import { isToWaiting, textOf } from './spoken';

type Props = { journey: Journey; state: VisitState; words: Words };

const TEXT_MAX = 2_000;

type Target = { value: string; text: string; to: ChatTo };

/** To whom this person may write: from the lobby to staff, to one person only from staff. */
export function targets(state: VisitState, words: Words): Target[] {
  const staff: Target = { value: 'staff', text: words.chat.staff, to: { to: 'staff' } };
  if (state.standing !== 'admitted') return state.staffHere ? [staff] : [];
  const everybody: Target = { value: 'everybody', text: words.chat.everybody, to: { to: 'everybody' } };
  const one = state.can.includes('admit') ? state.people.filter((person) => person.presence !== 'expected') : [];
  const waiting = one.some((person) => person.presence === 'waiting') ? [{ value: 'waiting', text: words.lobby.everybody, to: { to: 'waiting' as const } }] : [];
  return [everybody, staff, ...waiting, ...one.map(({ participant, display_name: text }) => ({ value: participant, text, to: { to: 'person' as const, participant } }))];
}

/** Staff at the desk, who is nobody of the visit. */
const DESK = '00000000-0000-0000-0000-000000000000';

/** Who wrote it. Whoever waits knows nobody's name, but what part they play. */
export function writer({ from, role }: Pick<ChatLine, 'from'> & Partial<Pick<ChatLine, 'role'>>, state: VisitState, words: Words): string {
  if (from === state.you) return words.chat.you;
  if (from === DESK) return words.chat.staff;
  const person = state.people.find((each) => each.participant === from);
  return person?.display_name ?? (state.standing === 'admitted' ? words.chat.somebody : role ? words.role[role] : words.chat.staff);
}

/** To whom, where it is not for everybody. */
function readers({ from, to }: ChatLine, state: VisitState, words: Words): string {
  switch (to.to) {
    case 'everybody':
      return '';
    case 'staff':
      return words.chat.toStaff;
    case 'waiting':
      return words.lobby.to;
    case 'person':
      if (to.participant === state.you) return words.chat.toYou;
      return from === state.you ? words.chat.toName(writer({ from: to.participant }, state, words)) : '';
  }
}

export function Chat({ journey, state, words, first }: Props & { first: string }) {
  return (
    <div class="chat">
      <Lines state={state} words={words} />
      <Write journey={journey} state={state} words={words} first={first} />
    </div>
  );
}

function Lines({ state, words }: { state: VisitState; words: Words }) {
  const box = useRef<HTMLDivElement>(null);
  // Whoever waits reads elsewhere, and larger, what is written to all of them.
  const lines = state.standing === 'admitted' ? state.chat : state.chat.filter((line) => !isToWaiting(line));
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [state.chat]);
  return (
    <div class="lines" role="log" aria-label={words.chat.title} tabIndex={0} ref={box}>
      {lines.length === 0 ? <p class="hint">{words.chat.none}</p> : null}
      {lines.map((line) => (
        <p key={line.id} class={line.from === state.you ? 'said own-line' : 'said'}>
          <span class="role">{[writer(line, state, words), readers(line, state, words), moment(words, line.at)].filter(Boolean).join(' · ')}</span>
          <span dir="auto">{textOf(line, words)}</span>
        </p>
      ))}
    </div>
  );
}

function Write({ journey, state, words, first }: Props & { first: string }) {
  const all = targets(state, words);
  const [chosen, choose] = useState(first);
  const [text, write] = useState('');
  const [sent, setSent] = useState('');
  const target = all.find((each) => each.value === chosen) ?? all[0];
  const last = state.chat[state.chat.length - 1];
  // What was written stays in the field until it is in the list.
  useEffect(() => {
    if (sent && last?.from === state.you && last.text === sent) {
      setSent('');
      // Unless they have gone on writing.
      write((now) => (now === sent ? '' : now));
    }
  }, [last]);
  useEffect(() => setSent(''), [state.line, state.refusal]);
  if (!target) return null;
  const say = () => {
    if (text.trim() === '') return;
    setSent(text);
    journey.visit?.send({ t: 'chat', to: target.to, text });
  };
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); say(); }}>
      {all.length > 1 ? <Select label={words.chat.to} value={target.value} options={all} choose={choose} /> : null}
      {target.value === 'waiting' ? <Ready words={words} say={(ready) => journey.visit?.send({ t: 'chat', to: target.to, text: '', ready })} /> : null}
      <Field label={all.length > 1 ? words.chat.text : words.chat.textStaff} value={text} write={write} max={TEXT_MAX} />
      <button type="submit" class="button main" disabled={sent !== '' || state.line !== 'up'}>{words.chat.send}</button>
    </form>
  );
}

/** Only staff writes to those who wait. */
function Ready(props: { words: Words; say: (ready: ReadyMade) => void }) {
  const part = useLater(() => import('./ready'));
  return part ? <part.Ready {...props} /> : null;
}

type PanelProps = Props & { first: string; close: () => void };

/** Beside or over the stage, as the list of people. */
export function ChatPanel({ journey, state, words, first, close }: PanelProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <aside class="people" aria-label={words.chat.title}>
      <div class="people-head">
        <h2 ref={title} tabIndex={-1}>{words.chat.title}</h2>
        <button type="button" class="button small" onClick={close}><Icon name="close" />{words.people.close}</button>
      </div>
      <Chat key={first} journey={journey} state={state} words={words} first={first} />
    </aside>
  );
}
