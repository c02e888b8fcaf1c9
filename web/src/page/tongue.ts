// The words of a page, fetched when they are needed. In: a language, where its words are. Out: its words; the former ones until they have come. Never: a page without words because a line was down; it tries again.
import { useEffect, useState } from 'preact/hooks';

/** After this long it is tried again, and each time after twice as long. */
const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 8_000;

/** `load` is the same at each drawing. */
export function useWords<T>(tongue: string, load: (tongue: string) => Promise<T>): T | null {
  const [words, setWords] = useState<T | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const fetch = (wait: number) =>
      load(tongue).then(
        (found) => wanted && setWords(() => found),
        () => {
          if (wanted) timer = setTimeout(() => void fetch(Math.min(2 * wait, WAIT_MAX_MS)), wait);
        },
      );
    void fetch(FIRST_WAIT_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [tongue, load]);
  return words;
}
