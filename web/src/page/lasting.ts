// Words that wait. In: a text that may change quickly. Out: the text, once it has stood for a while; nothing at once. Never: an old text.
import { useEffect, useState } from 'preact/hooks';

export function useLasting(text: string, ms: number): string {
  const [lasting, setLasting] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setLasting(text), text ? ms : 0);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return lasting === text ? text : '';
}
