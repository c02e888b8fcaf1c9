// What the build puts into the pages. In: vite.config.ts. Out: its type. Never: a value.

/** What each language calls itself, by its tag. */
declare const NATIVE_NAMES: Readonly<Record<string, string>>;
