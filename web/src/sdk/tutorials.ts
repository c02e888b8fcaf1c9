// The tutorials of the organisation, for pages of staff.
// In: the session of a member of staff. Out: the list; a new tutorial with its film and captions.
// Never: the session in an address.

/** A tutorial as the list shows it. */
export type Tutorial = { id: string; title_by_language: Record<string, string>; language: string; length_ms: number; films: { language: string }[]; captions: string[] };

export type Draft = { title: string; language: string; film: Blob; lengthMs: number; captions: Blob | null };

/** Why it was not stored: the name of the problem (RFC 9457), or that no answer came. */
export class NotStored extends Error {
  constructor(readonly problem: string) {
    super(problem);
  }
}

const LIST = '/v1/tutorials';

export async function listTutorials(session: string): Promise<Tutorial[]> {
  const response = await fetch(`${LIST}?limit=100`, { headers: { authorization: `Bearer ${session}` }, cache: 'no-store' });
  if (!response.ok) throw new NotStored('');
  return ((await response.json()) as { data: Tutorial[] }).data;
}

/** Makes a tutorial of a draft; one whose film is not stored is taken away again. `told` hears how much has gone, from 0 to 1. */
export async function store(session: string, draft: Draft, told: (share: number) => void): Promise<void> {
  const { title, language, film, lengthMs, captions } = draft;
  const made = JSON.stringify({ title_by_language: { [language]: title }, language });
  const { id } = JSON.parse(await send(session, 'POST', LIST, 'application/json', made)) as { id: string };
  const path = `${LIST}/${id}`;
  try {
    if (captions) await send(session, 'PUT', `${path}/captions/${language}`, 'text/vtt', captions);
    await send(session, 'PUT', `${path}/films/${language}?length_ms=${Math.round(lengthMs)}`, film.type || 'video/webm', film, told);
  } catch (problem) {
    await send(session, 'DELETE', path, '', null).catch(() => undefined);
    throw problem;
  }
}

/** By the older way, which alone tells how much has gone. */
function send(session: string, method: string, path: string, type: string, body: Blob | string | null, told?: (share: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.setRequestHeader('authorization', `Bearer ${session}`);
    if (type) request.setRequestHeader('content-type', type);
    if (told) request.upload.onprogress = ({ loaded, total }) => told(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new NotStored(''));
    request.onload = () => {
      if (request.status < 300) return resolve(request.responseText);
      return reject(new NotStored(/\/problems\/([a-z-]+)/.exec(request.responseText)?.[1] ?? ''));
    };
    request.send(body);
  });
}
