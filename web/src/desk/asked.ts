// One thing asked of the server by a press. In: the press. Out: what was answered, or what went wrong. Never: the same thing twice at once.
import { useRef, useState } from 'preact/hooks';
import type { Answer, Trouble } from './api';
import type { Desk } from './desk';

export function useAsked(desk: Desk) {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const running = useRef(false);
  const ask = async <T>(wish: () => Promise<Answer<T>>, done: (value: T) => void): Promise<void> => {
    if (running.current) return;
    running.current = true;
    setTrouble(null);
    const answer = desk.heard(await wish());
    running.current = false;
    if ('trouble' in answer) setTrouble(answer.trouble);
    else done(answer.ok);
  };
  return { trouble, ask };
}
