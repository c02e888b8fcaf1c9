// What both ends of a connection check each other by. In: a description (SDP), the other's credentials. Out: the credentials in it; the same description with others.
// Never: changes anything else of it.

export type Credentials = { ufrag: string; password: string };

/** Those of a description whose lines all share one connection; null where there are none. */
export function credentialsOf(sdp: string): Credentials | null {
  const ufrag = /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];
  const password = /^a=ice-pwd:(\S+)/m.exec(sdp)?.[1];
  return ufrag && password ? { ufrag, password } : null;
}

/** A candidate may name the fragment it belongs to; one of an earlier one is left out of account by browsers. */
export function withCredentials(sdp: string, { ufrag, password }: Credentials): string {
  return sdp
    .replace(/^(a=ice-ufrag:)\S+/gm, `$1${ufrag}`)
    .replace(/^(a=ice-pwd:)\S+/gm, `$1${password}`)
    .replace(/^(a=candidate:.* ufrag )\S+/gm, `$1${ufrag}`);
}
