// A question before something that cannot be taken back. In: the question. Out: yes or no; Escape is no. Never: asks twice.
import { useEffect, useId, useRef } from 'preact/hooks';

type Props = { question: string; yes: string; no: string; onYes: () => void; onNo: () => void };

export function Ask({ question, yes, no, onYes, onNo }: Props) {
  const id = useId();
  const calm = useRef<HTMLButtonElement>(null);
  useEffect(() => calm.current?.focus(), []);
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
