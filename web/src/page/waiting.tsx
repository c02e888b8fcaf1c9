// The lobby: in the right place, little to do. In: time of the visit, the place in the queue, what staff asks and writes. Out: answers, Leave. Never: anything about the others.
import type { VisitState } from '../sdk';
import { when, type Words } from '../words';
import { Asks } from './asks';
import { Chat } from './chat';
import { Head } from './display';
import { Heading } from './heading';
import { Icon } from './icon';
import type { Journey } from './journey';
import { WhileYouWait } from './lesson';
import { useLasting } from './lasting';
import { FromStaff } from './lobby';
import { OwnPicture } from './own';
import { Refused } from './refused';
import { isToWaiting } from './spoken';
import { CALL_MS, callLine, queueLine, statusLines } from './status';

export function Waiting({ journey, state, words }: { journey: Journey; state: VisitState; words: Words }) {
  const time = when(words, state.startsAt, state.endsAt);
  const { camera, microphone } = journey.capture.sources;
  const call = useLasting(callLine(state.line, words), CALL_MS);
  const lines = [...statusLines(state, words), call].filter((line) => line !== '');
  return (
    <main class="page waiting">
      <Head journey={journey} words={words} />
      <Heading text={words.waiting.title} />
      <p class="lead">{words.waiting.lead(state.name)}</p>
      <p class="when">{words.waiting.time(time.day, time.from, time.to)}</p>
      <Refused journey={journey} state={state} words={words} />
      <FromStaff state={state} words={words} />
      <div class="card">
        <p class="staff" role="status" data-here={state.staffHere}>
          {state.staffHere ? words.waiting.staffHere : words.waiting.staffNotHere}
        </p>
        <p class="queue" role="status">{queueLine(state, words)}</p>
        <p class="hint">{words.waiting.stay}</p>
        {lines.map((line) => <p class="notice" role="status" key={line}>{line}</p>)}
        <OwnPicture camera={journey.capture.camera} label={words.live.ownPicture} empty={words.welcome.previewOff} />
        <div class="switches">
          <button type="button" class="button" onClick={() => void journey.capture.switchMicrophone(!microphone)}>
            <Icon name={microphone ? 'microphone' : 'microphone_off'} />
            {microphone ? words.controls.mute : words.controls.unmute}
          </button>
          <button type="button" class="button" onClick={() => void journey.capture.switchCamera(!camera)}>
            <Icon name={camera ? 'camera' : 'camera_off'} />
            {camera ? words.controls.cameraOff : words.controls.cameraOn}
          </button>
          <button type="button" class="button" onClick={() => journey.leave()}>
            <Icon name="leave" />
            {words.controls.leave}
          </button>
        </div>
      </div>
      <WhileYouWait journey={journey} state={state} words={words} />
      <Asks journey={journey} state={state} words={words} />
      {state.staffHere || !state.chat.every(isToWaiting) ? (
        <section class="card" aria-label={words.chat.title}>
          <h2>{words.chat.title}</h2>
          <Chat journey={journey} state={state} words={words} first="staff" />
        </section>
      ) : null}
    </main>
  );
}
