// A part of the page that not everybody needs. In: how it is fetched. Out: it, once it is there. Never: given up; a line that is down comes back.
import { useEffect, useState } from 'preact/hooks';

/** A line that was down when the part was to come. */
const AGAIN_MS = 2_000;

export function useLater<T>(fetch: () => Promise<T>): T | null {
  const [part, setPart] = useState<T | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    fetch().then((fetched) => setPart(() => fetched), () => {
      timer = setTimeout(() => setTries(tries + 1), AGAIN_MS);
    });
    return () => clearTimeout(timer);
  }, [tries]);
  return part;
}
