// The few signs of the pages, drawn with one pen. In: a name. Out: an SVG beside its word. Never: without a word.
export const PATHS = {
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4',
  microphone_off: 'M9 9v2a3 3 0 0 0 5 2.2M15 11V6a3 3 0 0 0-5.8-1M6 11a6 6 0 0 0 9.5 4.9M18 11c0 .8-.2 1.600-.5 2.300M12 17v4M4 4l16 16',
  camera: 'M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM15 11l6-3v8l-6-3',
  camera_off: 'M9 7h5a1 1 0 0 1 1 1v5M15 16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1M15 11l6-3v8l-3-1.500M4 4l16 16',
  screen: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 20h6M12 16v4M12 13V8.500M9.500 10.500 12 8l2.500 2.500',
  screen_off: 'M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 20h6M12 16v4M9.500 8l5 5M14.500 8l-5 5',
  people: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM3 20c0-3.500 2.500-6 6-6s6 2.500 6 6M16 4.500a3.500 3.500 0 0 1 0 6.500M17.500 14.500c2.200.700 3.500 2.800 3.500 5.500',
  chat: 'M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-4 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z',
  asks: 'M7 4h10a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM9 9h6M9 13h3',
  leave: 'M10 4H5a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h5M10 12h10M16 8l4 4-4 4',
  end: 'M12 3v9M7 6a8 8 0 1 0 10 0',
  sound: 'M4 10v4h4l5 4V6l-5 4H4ZM16.500 9a4 4 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11',
  data: 'M12 4v10M8 10.500l4 4 4-4M5 19.500h14',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  hand: 'M7 14V8a1.500 1.500 0 0 1 3 0v3.500V5.500a1.500 1.500 0 0 1 3 0v6V7a1.500 1.500 0 0 1 3 0v6.500l1.200-1.600a1.400 1.400 0 0 1 2.300 1.600L17 19a4 4 0 0 1-3.500 2H12a5 5 0 0 1-5-5Z',
  view: 'M4 9V5h4M16 5h4v4M20 15v4h-4M8 19H4v-4',
  film: 'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM10 9v6l5-3Z',
  record: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3.500 9.500h17M3.500 14.500h17M12 3c2.300 2.400 3.500 5.500 3.500 9s-1.200 6.600-3.500 9c-2.300-2.400-3.500-5.500-3.500-9s1.200-6.600 3.500-9Z',
  letters: 'M3 18.500 8 6l5 12.500M4.800 14.500h6.400M14.500 18.500 17.500 11l3 7.500M15.600 16h3.800',
  captions: 'M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM6.500 11.500h4M13.500 11.500h4M6.500 15h7M16.500 15h1',
  into: 'M4 12h16M14 6l6 6-6 6',
  turn: 'M4 9h14M14 5l4 4-4 4M20 15H6M10 11l-4 4 4 4',
  close: 'M6 6l12 12M18 6 6 18',
} as const;

export type IconName = keyof typeof PATHS;

/** Those that point along the line of words, and so the other way where words run from right to left. */
const POINTING: readonly IconName[] = ['leave', 'sound', 'chat', 'into'];

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={POINTING.includes(name) ? 'icon pointing' : 'icon'} viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
