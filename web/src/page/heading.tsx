// The first line of a screen. In: its words. Out: the heading, which takes the focus so that a screen reader starts there. Never: twice.
import { useEffect, useRef } from 'preact/hooks';

export function Heading({ text, hidden = false }: { text: string; hidden?: boolean }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return <h1 ref={ref} tabIndex={-1} class={hidden ? 'unseen' : ''}>{text}</h1>;
}
