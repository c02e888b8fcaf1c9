// The people of the tests, and how they come together. In: a server, a browser. Out: everybody in one visit. Never: all at once; staff lets in one by one.
import type { Browser } from 'playwright-core';
import type { Camera } from './browser';
import { Person, type Options } from './person';
import { type More, type Planned, seatOf, type Server, type Wanted } from './server';
import type { Role } from '../src/protocol';

export const CLINICIAN: Wanted = { role: 'clinician', display_name: 'Dr. Vera Lindt' };
export const PATIENT: Wanted = { role: 'patient', display_name: 'Maria Berg' };
export const FAMILY: Wanted = { role: 'family', display_name: 'Tomas Berg' };
export const PHARMACIST: Wanted = { role: 'pharmacist', display_name: 'Ines Okafor' };

export const WAITING = 'You are in the right place';

export type Cast = { visit: Planned; byRole: Map<Role, Person>; all: Person[] };

/**
 * The first in the list is staff and opens the visit; the others wait and are let in one by one.
 * With several browsers each has one of their own, and so a camera of their own: the camera of
 * one browser stands still for a second when another page opens it.
 */
export async function gather(server: Server, browsers: Browser | Browser[], wanted: Wanted[], camera?: Camera, more: More = {}): Promise<Cast> {
  const visit = await server.visit(wanted, more);
  const byRole = new Map<Role, Person>();
  const all: Person[] = [];
  const options: Options = camera ? { camera } : {};
  for (const [index, { role }] of wanted.entries()) {
    const browser = Array.isArray(browsers) ? browsers[index] : browsers;
    if (!browser) throw new Error('fewer browsers than people');
    const person = await Person.open(browser, seatOf(visit, role), options);
    byRole.set(role, person);
    all.push(person);
    await person.join();
    const host = all[0] ?? person;
    if (role !== 'clinician' && role !== 'pharmacist') {
      await person.at(WAITING);
      await host.letsIn(person.seat);
    }
    await person.isLive();
  }
  return { visit, byRole, all };
}

/** The patient agrees to the visit under rules that ask for it, and staff vouches for who they are. */
export async function comesKnown(patient: Person, clinician: Person): Promise<void> {
  await patient.join();
  await patient.at(WAITING);
  await patient.press('Yes, I agree: Video visit');
  await patient.says('You have agreed.');
  await clinician.press(`Let in ${patient.seat.name}`);
  await clinician.page.getByLabel(/^Not checked yet/).fill('They are known to us.');
  await clinician.press('Yes, let in');
  await patient.isLive();
}

export async function disperse(people: Iterable<Person>): Promise<void> {
  for (const person of people) await person.leaveWindow();
}

export function others(cast: Cast, person: Person) {
  return cast.all.filter((each) => each !== person).map((each) => each.seat);
}
