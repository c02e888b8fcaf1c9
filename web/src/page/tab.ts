// What a tab remembers over a reload, and forgets when it is closed. In and out: text by a key. Never: told to another tab, or to a server.

/** Stands in where the browser keeps nothing for pages; a reload then asks again. */
const memory = new Map<string, string>();

export function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

export function write(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }
}
