// A question before something that cannot be taken back. In: the question. Out: yes or no; Escape is no, and the focus goes back. Never: asks twice.
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

type Props = { question: string; yes: string; no: string; onYes: () => void; onNo: () => void };

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

export function Ask({ question, yes, no, onYes, onNo }: Props) {
  const id = useId();
  const calm = useRef<HTMLButtonElement>(null);
  // At once, so that the next key is already the answer.
  useLayoutEffect(() => calm.current?.focus(), []);
  return (
    <div class="ask" role="alertdialog" aria-labelledby={id} onKeyDown={(event) => event.key === 'Escape' && onNo()}>
      <p id={id}>{question}</p>
      <div class="ask-buttons">
        <button type="button" class="button grave" onClick={onYes}>{yes}</button>
        <button type="button" class="button" ref={calm} onClick={onNo}>{no}</button>
      </div>
    </div>
  );
}
