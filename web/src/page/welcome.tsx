// Before joining: how one looks and sounds. In: the own devices. Out: the press of Join. Never: a word to the server before that.
import { useState } from 'preact/hooks';
import { type Capture, idOf } from '../sdk';
import type { Words } from '../words';
import { chime } from './chime';
import { Head } from './display';
import { Heading } from './heading';
import { Icon } from './icon';
import { InsideApp } from './inside';
import type { Journey } from './journey';
import { useLater } from './later';
import { Level } from './level';
import { OwnPicture } from './own';
import { Picker, useDevices } from './picker';

type Props = { journey: Journey; words: Words };

export function Welcome({ journey, words }: Props) {
  const { capture, screen } = journey;
  if (screen.at !== 'welcome') return null;
  return (
    <main class="page welcome">
      <Head journey={journey} words={words} first />
      <Heading text={words.welcome.title} />
      <p class="lead">{words.welcome.lead}</p>
      <InsideApp journey={journey} words={words} />
      <div class="welcome-grid">
        <section class="card" aria-label={words.welcome.preview}>
          <OwnPicture
            camera={capture.camera}
            label={words.welcome.preview}
            empty={capture.busy ? words.welcome.previewWaiting : words.welcome.previewOff}
          />
          <Switches capture={capture} words={words} />
        </section>
        <section class="card checks" aria-label={words.welcome.microphone}>
          <Checks journey={journey} words={words} />
          {screen.problem ? <p class="problem" role="alert">{problemText(screen.problem, words)}</p> : null}
          <button type="button" class="button main wide" disabled={screen.joining} onClick={() => void journey.join()}>
            {screen.joining ? words.welcome.joining : words.welcome.join}
          </button>
          <Others journey={journey} words={words} />
        </section>
      </div>
    </main>
  );
}

function problemText(problem: keyof Words['linkProblem'] | 'bad_session', words: Words): string {
  return problem === 'bad_session' ? words.refusal.bad_session : words.linkProblem[problem];
}

function Switches({ capture, words }: { capture: Capture; words: Words }) {
  const { camera, microphone } = capture.sources;
  return (
    <div class="switches">
      <button type="button" class="button" disabled={capture.busy} onClick={() => void capture.switchMicrophone(!microphone)}>
        <Icon name={microphone ? 'microphone' : 'microphone_off'} />
        {microphone ? words.controls.mute : words.controls.unmute}
      </button>
      <button type="button" class="button" disabled={capture.busy} onClick={() => void capture.switchCamera(!camera)}>
        <Icon name={camera ? 'camera' : 'camera_off'} />
        {camera ? words.controls.cameraOff : words.controls.cameraOn}
      </button>
    </div>
  );
}

function Checks({ journey, words }: Props) {
  const { capture } = journey;
  const { camera, microphone } = capture.problems;
  return (
    <>
      {capture.busy ? <p class="hint" role="status">{words.welcome.asking}</p> : null}
      {camera ? <p class="notice">{words.cameraProblem[camera]}</p> : null}
      {microphone ? <p class="notice">{words.microphoneProblem[microphone]}</p> : null}
      {camera === 'refused' ? <Allow device="camera" words={words} /> : null}
      {microphone === 'refused' ? <Allow device="microphone" words={words} /> : null}
      {camera || microphone ? (
        <button type="button" class="button" disabled={capture.busy} onClick={() => void journey.openDevices()}>
          {words.welcome.retry}
        </button>
      ) : null}
      {capture.microphone ? (
        <div>
          <p class="label">{words.welcome.level}</p>
          <Level microphone={capture.microphone} label={words.welcome.level} />
          <p class="hint">{capture.sources.microphone ? words.welcome.levelHint : words.welcome.muted}</p>
        </div>
      ) : null}
      <SoundTest journey={journey} words={words} />
    </>
  );
}

/** Only where somebody has said no, or a finger slipped. */
function Allow(props: { device: 'camera' | 'microphone'; words: Words }) {
  const part = useLater(() => import('./allow'));
  return part ? <part.Allow {...props} /> : null;
}

function SoundTest({ journey, words }: Props) {
  const [playing, play] = useState(false);
  const test = () => {
    play(true);
    void chime(journey.speakerId).finally(() => play(false));
  };
  return (
    <div>
      <button type="button" class="button" disabled={playing} onClick={test}><Icon name="sound" />{words.welcome.sound}</button>
      <p class="hint">{words.welcome.soundHint}</p>
    </div>
  );
}

/** Most people never need these: closed until asked for, below the button. */
function Others({ journey, words }: Props) {
  const { capture } = journey;
  const devices = useDevices(`${capture.camera !== null}${capture.microphone !== null}`);
  const canSpeaker = 'setSinkId' in HTMLMediaElement.prototype;
  const choices = [devices.cameras, devices.microphones, ...(canSpeaker ? [devices.speakers] : [])];
  if (choices.every((kind) => kind.length < 2)) return null;
  return (
    <details class="others">
      <summary>{words.welcome.others}</summary>
      <Picker label={words.welcome.microphone} devices={devices.microphones} chosen={idOf(capture.microphone) || capture.choice.microphoneId}
        choose={(id) => void capture.chooseMicrophone(id)} words={words} />
      <Picker label={words.welcome.camera} devices={devices.cameras} chosen={idOf(capture.camera) || capture.choice.cameraId}
        choose={(id) => void capture.chooseCamera(id)} words={words} />
      {canSpeaker ? (
        <Picker label={words.welcome.speaker} devices={devices.speakers} chosen={journey.speakerId}
          choose={(id) => journey.chooseSpeaker(id)} words={words} />
      ) : null}
    </details>
  );
}
