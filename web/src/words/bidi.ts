// A name in another script within a sentence. In: a name. Out: the name, which turns no word beside it round. Never: markup.

/** First strong isolate and its end: a Latin name does not draw the full stop to its side. */
export const apartFrom = (name: string) => `\u2068${name}\u2069`;
