// The lobby: in the right place, nothing to do. In: time of the visit, whether staff is there. Out: Leave. Never: anything about the others.
import type { VisitState } from '../sdk';
import { when, type Words } from '../words';
import { Heading } from './heading';
import { Icon } from './icon';
import type { Journey } from './journey';
import { useLasting } from './lasting';
import { OwnPicture } from './own';
import { CALL_MS, callLine, statusLines } from './status';

export function Waiting({ journey, state, words }: { journey: Journey; state: VisitState; words: Words }) {
  const time = when(words, state.startsAt, state.endsAt);
  const { camera, microphone } = journey.capture.sources;
  const call = useLasting(callLine(state.line, words), CALL_MS);
  const lines = [...statusLines(state, words), call].filter((line) => line !== '');
  return (
    <main class="page waiting">
      <Heading text={words.waiting.title} />
      <p class="lead">{words.waiting.lead(state.name)}</p>
      <p class="when">{words.waiting.time(time.day, time.from, time.to)}</p>
      <div class="card">
        <p class="staff" role="status" data-here={state.staffHere}>
          {state.staffHere ? words.waiting.staffHere : words.waiting.staffNotHere}
        </p>
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
    </main>
  );
}
