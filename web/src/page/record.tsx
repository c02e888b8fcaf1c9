// Staff records a tutorial. In: camera or screen, and a microphone. Out: a film with title, language and captions, stored. Never: while somebody who is not staff is in the visit; nobody else's voice belongs in a tutorial.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VisitState } from '../sdk';
import { type Recorded, Recording, type Source } from '../sdk/recording';
import { NotStored, store } from '../sdk/tutorials';
import { duration, type Words } from '../words';
import { Field, Select } from './field';
import { languageOptions } from './languages';
import type { Journey } from './journey';
import { keptSession } from './keep';
import { Video } from './video';

type Props = { journey: Journey; state: VisitState; words: Words; done: () => void };

const STAFF: readonly string[] = ['clinician', 'pharmacist', 'coordinator'];
/** As the server has them. */
const TITLE_MAX = 120;

/** Whether somebody is in the visit whose voice must not get into a tutorial. */
export function overheard({ people }: Pick<VisitState, 'people'>): boolean {
  return people.some(({ presence, role }) => (presence === 'here' || presence === 'reconnecting') && !STAFF.includes(role));
}

export function Recorder(props: Props) {
  const { journey, state, words } = props;
  const [recording, setRecording] = useState<Recording | null>(null);
  const [recorded, setRecorded] = useState<Recorded | null>(null);
  const [problem, setProblem] = useState('');
  const guests = overheard(state);
  const end = useRef<Recording | null>(null);
  end.current = recording;
  useEffect(() => () => end.current?.cancel(), []);
  useEffect(() => {
    if (guests) recording?.stop();
  }, [guests, recording]);
  if (typeof MediaRecorder === 'undefined') return <p class="notice">{words.record.cannot}</p>;
  const begin = async (source: Source) => {
    setProblem('');
    try {
      const begun = await Recording.begin(source, journey.capture, (film) => {
        setRecording(null);
        setRecorded(film);
      });
      setRecording(begun);
    } catch {
      setProblem(words.record.noDevice);
    }
  };
  if (recorded) return <Keep {...props} recorded={recorded} again={() => setRecorded(null)} />;
  if (recording) return <Running recording={recording} words={words} />;
  return (
    <>
      <p class="hint">{words.record.hint}</p>
      {guests ? <p class="notice" role="status">{words.record.guests}</p> : null}
      {problem ? <p class="notice" role="status">{problem}</p> : null}
      <span class="acts">
        <button type="button" class="button main" disabled={guests} onClick={() => void begin('camera')}>{words.record.camera}</button>
        <button type="button" class="button" disabled={guests} onClick={() => void begin('screen')}>{words.record.screen}</button>
      </span>
    </>
  );
}

function Running({ recording, words }: { recording: Recording; words: Words }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <div class="film-box"><Video stream={recording.stream} label={words.record.preview} /></div>
      <p role="timer">{words.record.running(duration(words, recording.lengthMs))}</p>
      <button type="button" class="button main" onClick={() => recording.stop()}>{words.record.stop}</button>
    </>
  );
}

function Keep({ state, words, recorded, again, done }: Props & { recorded: Recorded; again: () => void }) {
  const [title, setTitle] = useState('');
  const [language, setLanguage] = useState(state.language);
  const [captions, setCaptions] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [address, setAddress] = useState('');
  useEffect(() => {
    const url = URL.createObjectURL(recorded.film);
    setAddress(url);
    return () => URL.revokeObjectURL(url);
  }, [recorded]);
  const keep = async () => {
    setProblem(null);
    setShare(0);
    try {
      await store(keptSession()?.session ?? '', { title, language, captions, ...recorded }, setShare);
      done();
    } catch (error) {
      setShare(null);
      setProblem(error instanceof NotStored ? error.problem : '');
    }
  };
  return (
    <form class="form" onSubmit={(event) => { event.preventDefault(); void keep(); }}>
      <div class="film-box">{address ? <video src={address} controls playsInline aria-label={words.record.preview} /> : null}</div>
      <p>{words.record.length(duration(words, recorded.lengthMs))}</p>
      <Field label={words.record.name} value={title} write={setTitle} max={TITLE_MAX} />
      <Select label={words.record.language} value={language} options={languageOptions(words, state.language)} choose={setLanguage} />
      <label class="field">
        <span class="label">{words.record.captions}</span>
        <input type="file" accept=".vtt,text/vtt" onChange={({ currentTarget }) => setCaptions(currentTarget.files?.[0] ?? null)} />
        <span class="hint">{words.record.captionsHint}</span>
      </label>
      {share === null ? null : <progress max="1" value={share} aria-label={words.record.storing} />}
      {problem === null ? null : <p class="notice" role="status">{sentence(problem, words)}</p>}
      <span class="acts">
        <button type="submit" class="button main" disabled={share !== null}>{words.record.keep}</button>
        <button type="button" class="button" disabled={share !== null} onClick={again}>{words.record.again}</button>
      </span>
    </form>
  );
}

function sentence(problem: string, words: Words): string {
  return problem in words.recordProblem ? words.recordProblem[problem as keyof Words['recordProblem']] : words.record.notStored;
}
