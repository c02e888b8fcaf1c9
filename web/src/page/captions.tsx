// Live captions, under the pictures. In: the lines there are, how somebody reads best. Out: the last of them, and the others to scroll back to. Never: a word that is still being written read out; whoever listens hears each line once, finished.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { CaptionLine } from '../protocol';
import { captionsFor, directionOf, type VisitState } from '../sdk';
import type { Words } from '../words';
import { Choices, type Look } from './display';
import type { Journey } from './journey';
import { CAPTION_COLOURS, CAPTION_SIZES } from './settings';
import '../style/captions.css';

/** Whoever has scrolled back further than this reads there, and is left to it. */
const FOLLOWS_PX = 40;

export function Captions({ journey, state, words }: { journey: Journey; state: VisitState; words: Words }) {
  const box = useRef<HTMLElement>(null);
  const follows = useRef(true);
  const { captionSize, captionColour } = journey.settings;
  const lines = captionsFor(state.captions, state.language);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [state.captions, captionSize]);
  const scrolled = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLElement }) => {
    follows.current = scrollHeight - clientHeight - scrollTop <= FOLLOWS_PX;
  };
  return (
    <div class="caption-box" data-size={captionSize} data-colour={captionColour}>
      <section class="caption-lines" aria-label={words.purpose.captions} tabIndex={0} ref={box} onScroll={scrolled}>
        <div role="log" aria-label={words.captions.finished}>{lines.filter(({ done }) => done).map((line) => <Line key={keyOf(line)} line={line} />)}</div>
        <div aria-live="off">{lines.filter(({ done }) => !done).map((line) => <Line key={keyOf(line)} line={line} />)}</div>
        {lines.length === 0 ? <p class="caption-none">{words.captions.none}</p> : null}
      </section>
    </div>
  );
}

const keyOf = ({ from, number }: CaptionLine) => `${from}/${number}`;

function Line({ line: { text, language } }: { line: CaptionLine }) {
  return <p lang={language} dir={directionOf(language)}>{text}</p>;
}

/** How captions look; among the other choices of how the page does. */
export function CaptionLooks({ journey, words }: { journey: Look; words: Words }) {
  const { captionSize, captionColour } = journey.settings;
  return (
    <>
      <Choices label={words.lesson.size} chosen={captionSize} all={CAPTION_SIZES} text={words.textSize} choose={(value) => journey.set({ captionSize: value })} />
      <Choices label={words.captions.colour} chosen={captionColour} all={CAPTION_COLOURS} text={words.captionColour}
        choose={(value) => journey.set({ captionColour: value })} />
    </>
  );
}
