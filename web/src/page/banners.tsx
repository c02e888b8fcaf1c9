// What somebody should do something about now, over the stage. In: what is known. Out: one line and one or two buttons each. Never: more than can be read at a glance.
import { unread, type VisitState } from '../sdk';
import { listed, type Words } from '../words';
import { openCount } from './asks';
import { writer } from './chat';
import type { Journey } from './journey';
import { Longer } from './plan';
import { asksHere } from './recording';
import { Refused } from './refused';
import { conferring } from './status';

export type Panel = 'people' | 'chat' | 'asks' | 'teach' | 'display';
type Props = { journey: Journey; state: VisitState; words: Words };
type All = Props & { panel: Panel | null; lastRead: string; open: (panel: Panel) => void };

export function Banners({ journey, state, words, panel, lastRead, open }: All) {
  return (
    <>
      <Refused journey={journey} state={state} words={words} />
      {state.can.includes('admit') && panel !== 'people' ? <SomebodyWaits state={state} words={words} open={() => open('people')} /> : null}
      {panel === 'chat' ? null : <SomebodyWrites state={state} words={words} lastRead={lastRead} open={() => open('chat')} />}
      {panel !== 'asks' && openCount(state) > (asksHere(state) ? 1 : 0) ? (
        <div class="banner">
          <p>{words.asks.open}</p>
          <button type="button" class="button main" onClick={() => open('asks')}>{words.asks.see}</button>
        </div>
      ) : null}
      {state.voiceOnly ? (
        <div class="banner" role="status">
          <p>{words.voiceOnly.you}</p>
          <button type="button" class="button main" onClick={() => journey.visit?.send({ t: 'set_voice_only', participant: state.you, on: false })}>
            {words.voiceOnly.again}
          </button>
        </div>
      ) : null}
      {panel === 'people' ? null : <Conferring journey={journey} state={state} words={words} />}
      <Proposed journey={journey} state={state} words={words} />
    </>
  );
}

function SomebodyWaits({ state, words, open }: { state: VisitState; words: Words; open: () => void }) {
  const waiting = state.people.filter((person) => person.presence === 'waiting');
  const [first] = waiting;
  if (!first) return null;
  return (
    <div class="banner">
      <p>{waiting.length === 1 ? words.people.waits(first.display_name) : words.people.waitMany(waiting.length)}</p>
      <button type="button" class="button main" onClick={open}>{words.people.see}</button>
    </div>
  );
}

function SomebodyWrites({ state, words, lastRead, open }: { state: VisitState; words: Words; lastRead: string; open: () => void }) {
  const lines = unread(state.chat, state.you, lastRead);
  const last = lines[lines.length - 1];
  if (!last) return null;
  return (
    <div class="banner" role="status">
      <p>{words.chat.wrote(writer(last, state, words))}</p>
      <button type="button" class="button main" onClick={open}>{words.chat.read}</button>
    </div>
  );
}

/** Those who confer are told so all the time; the list of people says it too. */
function Conferring({ journey, state, words }: Props) {
  if (!state.inSidebar) return null;
  return (
    <div class="banner" role="status">
      <p>{words.sidebar.you(listed(words, conferring(state)))}</p>
      {state.can.includes('sidebar') ? (
        <button type="button" class="button main" onClick={() => journey.visit?.send({ t: 'close_sidebar' })}>{words.sidebar.end}</button>
      ) : null}
    </div>
  );
}

/** What was proposed to staff, and waits for an answer. */
function Proposed({ journey, state, words }: Props) {
  const { plan, can } = state;
  const send = journey.visit?.send.bind(journey.visit);
  const leader = state.people.find((person) => person.leads)?.display_name ?? words.chat.staff;
  return (
    <>
      {plan.handOverTo === state.you ? (
        <div class="banner" role="status">
          <p>{words.plan.handOver(leader)}</p>
          <button type="button" class="button main" onClick={() => send?.({ t: 'accept_hand_over' })}>{words.plan.handOverYes}</button>
        </div>
      ) : null}
      {plan.noShowProposed && can.includes('end') ? (
        <div class="banner" role="status">
          <p>{words.plan.noShow}</p>
          <span class="acts">
            <button type="button" class="button" onClick={() => send?.({ t: 'settle_no_show', confirmed: true })}>{words.plan.noShowYes}</button>
            <button type="button" class="button main" onClick={() => send?.({ t: 'settle_no_show', confirmed: false })}>{words.plan.noShowNo}</button>
          </span>
        </div>
      ) : null}
      {plan.overran && can.includes('extend') ? (
        <div class="banner" role="status">
          <p>{words.plan.overran}</p>
          <Longer journey={journey} words={words} />
        </div>
      ) : null}
    </>
  );
}
