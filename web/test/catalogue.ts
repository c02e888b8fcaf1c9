// A catalogue of words taken apart. In: a catalogue. Out: its keys, its sentences. Never: judges them.

/** Every key with what stands there: a sentence, or how much a sentence is made of. */
export function shape(node: unknown, path = ''): string[] {
  if (typeof node === 'string') return [`${path} text`];
  if (typeof node === 'function') return [`${path} of ${node.length}`];
  if (Array.isArray(node)) return [`${path} list`];
  return Object.entries(node as object).flatMap(([key, value]) => shape(value, path ? `${path}.${key}` : key));
}

type Say = (...args: (string | number)[]) => string;

/** Every sentence, with names of nobody and with numbers. */
export function sentences(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') return [[path, (node as Say)(7, 7, 7)]];
  if (Array.isArray(node)) return [];
  return Object.entries(node as object).flatMap(([key, value]) => sentences(value, path ? `${path}.${key}` : key));
}
