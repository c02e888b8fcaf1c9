// A question before something that matters. In: the question, and what else there is to fill in. Out: yes or no; Escape is no, and the focus goes back. Never: asks twice.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

type Props = {
  question: string; yes: string; no: string; onYes: () => void; onNo: () => void;
  /** What it is about, or still to be filled in. */
  children?: ComponentChildren;
  /** Letting somebody in is not grave. */
  grave?: boolean;
};

/** Whether the question is asked now. When it no longer is, what opened it has the focus again. */
export function useQuestion() {
  const [asking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  // At once, before an answer to the answer can take the opener away.
  useLayoutEffect(() => {
    if (asked.current && !asking) opener.current?.focus();
    asked.current = asking;
  }, [asking]);
  return { asking, opener, ask: () => setAsking(true), done: () => setAsking(false) };
}

export function Ask({ question, yes, no, onYes, onNo, children = null, grave = true }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const calm = useRef<HTMLButtonElement>(null);
  // At once, so that the next key is already the answer; and what is asked is seen, not only the answers.
  useLayoutEffect(() => {
    calm.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={box} class={grave ? 'ask' : 'ask calm'} role="alertdialog" aria-labelledby={id} onKeyDown={(event) => event.key === 'Escape' && onNo()}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); onYes(); }}>
        <p id={id}>{question}</p>
        {children}
        <div class="ask-buttons">
          <button type="submit" class={grave ? 'button grave' : 'button main'}>{yes}</button>
          <button type="button" class="button" ref={calm} onClick={onNo}>{no}</button>
        </div>
      </form>
    </div>
  );
}
