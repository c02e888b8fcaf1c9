// Words that wait. In: words that may change quickly. Out: them, once they have stood for a while, and until others have; none at once when there are none. Never: words of something that is over.
import { useEffect, useState } from 'preact/hooks';

export function useLasting<T extends string>(words: T | '', ms: number): T | '' {
  const [lasting, setLasting] = useState<T | ''>('');
  useEffect(() => {
    const timer = setTimeout(() => setLasting(words), words ? ms : 0);
    return () => clearTimeout(timer);
  }, [words, ms]);
  return words === '' ? '' : lasting;
}
