// The words of the page, fetched when they are needed. In: a language. Out: its words; the former ones until they have come. Never: a page without words because a line was down; it tries again.
import { useEffect, useState } from 'preact/hooks';
import { type Words, wordsOf } from '../words';

/** After this long it is tried again, and each time after twice as long. */
const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 8_000;

export function useWords(tongue: string): Words | null {
  const [words, setWords] = useState<Words | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const fetch = (wait: number) =>
      wordsOf(tongue).then(
        (found) => wanted && setWords(found),
        () => {
          if (wanted) timer = setTimeout(() => void fetch(Math.min(2 * wait, WAIT_MAX_MS)), wait);
        },
      );
    void fetch(FIRST_WAIT_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [tongue]);
  return words;
}
