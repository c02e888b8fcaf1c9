// One film of recorded education, with captions. In: what to play, and where it is to stand if others see it too. Out: the film, in step; how much was watched. Never: louder than a voice; a film that only some see in time.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Playable, Showing } from '../protocol';
import { captionsAddress, filmAddress, openLessons, pace, percentOf, positionAt, type Span, toTell, union, type VisitState } from '../sdk';
import { languageName, type Words } from '../words';
import { Select } from './field';
import type { Journey } from './journey';
import { keepPlayed, keptPlayed, keptSession } from './keep';

export type FilmProps = { journey: Journey; state: VisitState; words: Words; playable: Playable; showing: Showing | null };

/** How often a film that others see too is compared with the server's clock. */
const LOOK_EVERY_MS = 250;
/** A film that stands still is moved when it is this far off: about two pictures. */
const STILL_OFF_MS = 80;
/** A voice goes before a film: the film can be played again, what somebody says now cannot. While nobody speaks it is as loud as it is. */
const DUCKED = 0.2;
const SIZES = ['small', 'medium', 'large'] as const;
type Size = (typeof SIZES)[number];
const NO_CAPTIONS = '';

export function Film({ journey, state, words, playable, showing }: FilmProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [open, setOpen] = useState<boolean | null>(null);
  const [film, chooseFilm] = useState(playable.film);
  const [captions, chooseCaptions] = useState(playable.caption ?? NO_CAPTIONS);
  const [size, chooseSize] = useState<Size>('medium');
  const [held, setHeld] = useState(false);
  const [tries, setTries] = useState(0);
  const { you } = state;
  useEffect(() => {
    setOpen(null);
    void openLessons(you, keptSession()?.session ?? '').then(setOpen);
  }, [you, tries]);
  useWatched(video, open === true, journey, playable, film);
  useStep(video, open === true, journey, showing, setHeld);
  const speaks = state.speakers.length > 0;
  useEffect(() => {
    if (video.current) video.current.volume = speaks ? DUCKED : 1;
  }, [speaks, open, film]);
  if (open === false) {
    return (
      <div class="notice" role="status">
        <p>{words.lesson.missing}</p>
        <button type="button" class="button" onClick={() => setTries(tries + 1)}>{words.lesson.retry}</button>
      </div>
    );
  }
  const language = (tag: string) => ({ value: tag, text: languageName(words, tag) });
  return (
    <section class="film" aria-label={words.lesson.film(playable.title)}>
      <p class="film-title">{playable.title}</p>
      <div class="film-box" data-size={size}>
        {open ? (
          // The captions are drawn below, where their size can be chosen.
          <video ref={video} key={film} src={filmAddress(you, playable, film)} aria-label={playable.title} playsInline preload="auto" controls={showing === null}
            onError={() => setOpen(false)} />
        ) : null}
        <Captions video={video} address={open && captions ? captionsAddress(you, playable, captions) : ''} film={film} language={captions} />
      </div>
      {held ? <button type="button" class="button main" onClick={() => { if (video.current) video.current.muted = false; setHeld(false); }}>{words.live.hear}</button> : null}
      <div class="film-choices">
        {playable.films.length > 1 ? <Select label={words.lesson.language} value={film} options={playable.films.map(language)} choose={chooseFilm} /> : null}
        {playable.captions.length > 0 ? (
          <Select label={words.lesson.captions} value={captions} choose={chooseCaptions}
            options={[{ value: NO_CAPTIONS, text: words.lesson.captionsOff }, ...playable.captions.map(language)]} />
        ) : null}
        {captions ? <Select label={words.lesson.size} value={size} choose={chooseSize} options={SIZES.map((value) => ({ value, text: words.lessonSize[value] }))} /> : null}
      </div>
    </section>
  );
}

type Ref = { current: HTMLVideoElement | null };

/** Keeps a film that others see too where the server says it is. */
function useStep(video: Ref, open: boolean, journey: Journey, showing: Showing | null, hold: (held: boolean) => void): void {
  useEffect(() => {
    if (!open || !showing) return undefined;
    const timer = setInterval(() => {
      const element = video.current;
      const now = journey.visit?.serverNow() ?? null;
      if (element && now !== null && element.readyState >= HTMLMediaElement.HAVE_METADATA) step(element, showing, now, hold);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [open, showing]);
}

function step(element: HTMLVideoElement, showing: Showing, now: number, hold: (held: boolean) => void): void {
  const wantedMs = positionAt(showing, now);
  const isMs = 1_000 * element.currentTime;
  const over = wantedMs >= 1_000 * element.duration;
  if (showing.state !== 'playing' || over) {
    if (!element.paused) element.pause();
    if (!element.seeking && !over && Math.abs(isMs - wantedMs) > STILL_OFF_MS) element.currentTime = wantedMs / 1_000;
    return;
  }
  if (element.paused) void play(element, hold);
  if (element.seeking) return;
  const next = pace(isMs, wantedMs, element.playbackRate);
  if (next.kind === 'jump') element.currentTime = next.toMs / 1_000;
  else element.playbackRate = next.rate;
}

/** A browser may hold the sound back until the person has touched the page; the picture then goes without it. */
async function play(element: HTMLVideoElement, hold: (held: boolean) => void): Promise<void> {
  try {
    await element.play();
  } catch (problem) {
    if (!(problem instanceof DOMException) || problem.name !== 'NotAllowedError' || element.muted) return;
    element.muted = true;
    hold(true);
  }
}

/** Tells the visit how much was watched: in steps, and what it came to at the end. */
function useWatched(video: Ref, open: boolean, journey: Journey, playable: Playable, film: string): void {
  useEffect(() => {
    const element = video.current;
    if (!open || !element) return undefined;
    const key = `${playable.tutorial}/${film}`;
    const before = keptPlayed(key);
    let told = percentOf(before, playable.length_ms);
    const look = (over: boolean) => {
      const spans = union(before, spansOf(element.played));
      keepPlayed(key, spans);
      const percent = toTell(percentOf(spans, lengthOf(element, playable)), told, over);
      if (percent === null) return;
      told = percent;
      journey.visit?.send({ t: 'watched', tutorial: playable.tutorial, language: film, percent });
    };
    const [goesOn, rests] = [() => look(false), () => look(true)];
    element.addEventListener('timeupdate', goesOn);
    element.addEventListener('pause', rests);
    element.addEventListener('ended', rests);
    return () => {
      element.removeEventListener('timeupdate', goesOn);
      element.removeEventListener('pause', rests);
      element.removeEventListener('ended', rests);
      look(true);
    };
  }, [open, playable.tutorial, film]);
}

/** The film in this language may be shorter than the longest. */
function lengthOf(element: HTMLVideoElement, { length_ms }: Playable): number {
  return Number.isFinite(element.duration) && element.duration > 0 ? 1_000 * element.duration : length_ms;
}

function spansOf(played: TimeRanges): Span[] {
  return Array.from({ length: played.length }, (_, index) => [played.start(index), played.end(index)]);
}

/** The words of this moment, below the picture and as large as chosen. */
function Captions({ video, address, film, language }: { video: Ref; address: string; film: string; language: string }) {
  const [lines, say] = useState<string[]>([]);
  useEffect(() => {
    say([]);
    const element = video.current;
    if (!element || !address) return undefined;
    const track = document.createElement('track');
    Object.assign(track, { kind: 'captions', srclang: language, src: address });
    element.append(track);
    // Loaded, and not drawn by the browser.
    track.track.mode = 'hidden';
    track.track.oncuechange = () => say(linesOf(track.track.activeCues));
    return () => {
      track.track.oncuechange = null;
      track.track.mode = 'disabled';
      track.remove();
    };
  }, [address, film]);
  return <p class="captions" dir="auto" lang={language}>{lines.map((line, index) => <span key={index}>{line}</span>)}</p>;
}

function linesOf(cues: TextTrackCueList | null): string[] {
  return [...(cues ?? [])].flatMap((cue) => ('getCueAsHTML' in cue ? (cue as VTTCue).getCueAsHTML().textContent ?? '' : '').split('\n'));
}
