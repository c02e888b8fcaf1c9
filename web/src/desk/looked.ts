// Something looked at again and again. In: how to look. Out: what was seen last, when, and what is wrong now. Never: a look while the page is hidden; nobody would see it, and each is written down.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Trouble } from './api';
import type { Desk } from './desk';
import { pause } from './pause';

export type Looked<T> = { value: T | null; at: number; trouble: Trouble | null; again: () => void };

/** `repeats`: what is live is looked at for ever; a list that changes by one's own hand only until it is there. */
export function useLooked<T>(desk: Desk, look: () => Promise<Answer<T>>, repeats = true): Looked<T> {
  const [seen, setSeen] = useState<Omit<Looked<T>, 'again'>>({ value: null, at: 0, trouble: null });
  const now = useRef<() => void>(() => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let [wanted, busy, done, failures] = [true, false, false, 0];
    const once = async () => {
      clearTimeout(timer);
      if (!wanted || busy || document.hidden) return;
      busy = true;
      const answer = desk.heard(await look());
      busy = false;
      if (!wanted) return;
      const failed = 'trouble' in answer;
      failures = failed ? failures + 1 : 0;
      setSeen((former) => (failed ? { ...former, trouble: answer.trouble } : { value: answer.ok, at: Date.now(), trouble: null }));
      done = !failed && !repeats;
      if (!done) timer = setTimeout(() => void once(), pause(failures, Math.random(), failed ? answer.askedMs : 0));
    };
    const wake = () => {
      if (!done) void once();
    };
    now.current = () => void once();
    wake();
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    return () => {
      wanted = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
    };
  }, [desk, look, repeats]);
  return { ...seen, again: () => now.current() };
}

/** The time, to the quarter of a minute: waits grow also while no look succeeds. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
