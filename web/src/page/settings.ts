// How somebody reads best. In: what they chose, what their device says of itself. Out: language, size, contrast and light of the page, how captions look. Never: told to anybody; it stays on the device.

export const TEXT_SIZES = ['normal', 'large', 'largest'] as const;
export const CONTRASTS = ['device', 'more'] as const;
export const LIGHTS = ['device', 'light', 'dark'] as const;

export const CAPTION_SIZES = ['normal', 'large', 'largest'] as const;
/** Words and ground of captions, each far over the contrast that reading needs. */
export const CAPTION_COLOURS = ['page', 'white', 'yellow', 'black'] as const;

export type Settings = {
  /** The tag of a language; `null` leaves it to the visit and the browser. */
  language: string | null;
  text: (typeof TEXT_SIZES)[number];
  contrast: (typeof CONTRASTS)[number];
  light: (typeof LIGHTS)[number];
  /** Whether captions are shown where somebody writes them. */
  captions: boolean;
  captionSize: (typeof CAPTION_SIZES)[number];
  captionColour: (typeof CAPTION_COLOURS)[number];
};

export const FIRST_SETTINGS: Settings = {
  language: null, text: 'normal', contrast: 'device', light: 'device', captions: true, captionSize: 'normal', captionColour: 'page',
};

/** Whose wish for a language counts: the person's own, then the visit's, then the browser's. */
export function wishes({ language }: Pick<Settings, 'language'>, visit: string | null, browser: readonly string[]): string[] {
  return [...(language ? [language] : []), ...(visit ? [visit] : []), ...browser];
}

/** What the style sheets go by. */
export function marks({ text, contrast, light }: Settings, deviceWantsContrast: boolean): Record<'text' | 'contrast' | 'light', string> {
  return { text, contrast: contrast === 'more' || deviceWantsContrast ? 'more' : 'usual', light };
}
