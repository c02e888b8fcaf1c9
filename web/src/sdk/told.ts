// The one question of the end page. In: how it was. Out: told to the server. Never: asked twice of the same page; whoever does not answer is not reminded.
import type { Experience, Session, Told } from '../protocol';

export async function tellExperience({ participant, session }: Session, experience: Experience): Promise<void> {
  const told: Told = { experience };
  const headers = { authorization: `Bearer ${session}`, 'content-type': 'application/json' };
  const response = await fetch(`/v1/experience/${participant}`, { method: 'PUT', headers, body: JSON.stringify(told) });
  if (!response.ok) throw new Error(`not noted: ${response.status}`);
}
