// People for tests. In: what differs. Out: a person, a session. Never: a real name.
import type { Person, Readiness, Session } from '../src/protocol';

export function person(participant: string, over: Partial<Person> = {}): Person {
  return {
    participant,
    display_name: `Name of ${participant}`,
    role: 'family',
    language: 'en',
    presence: 'here',
    sources: { microphone: true, camera: true, screen: false },
    relationship: null,
    leads: false,
    apart: null,
    in_sidebar: false,
    voice_only: false,
    readiness: null,
    ...over,
  };
}

export const session: Session = {
  session: 's',
  participant: 'me',
  role: 'patient',
  display_name: 'Me',
  language: 'en',
  starts_at: '2026-12-01T09:30:00Z',
  ends_at: '2026-12-01T10:00:00Z',
};

export function readiness(over: Partial<Readiness> = {}): Readiness {
  return {
    passed: [], skipped: [], failed: [], before_admission: [], before_end: [], agreed: [], refused: [],
    waiting_since: null, waits_too_long: false, interpreter_needed: false,
    ...over,
  };
}
