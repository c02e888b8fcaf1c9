// Checks the FHIR edge with software of others: every R4 answer is validated by Medplum's profiles, every R5 answer is left for fhir.resources, and an appointment goes from a FHIR server to Bedside and back without losing anything. In: the built program. Out: what is wrong, and exit code 1. Never: an answer that nobody validated.
import './websocket.mjs';
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateResource } from '@medplum/core';
import WebSocket from 'ws';
import { bedside, other } from './world.mjs';

const KEPT = join(import.meta.dirname, '../../target/fhir-check/r5');
const SERVICE = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const LINK = 'urn:bedside:personal-link';

rmSync(KEPT, { recursive: true, force: true });
mkdirSync(KEPT, { recursive: true });
const video = await bedside();
const records = await other();
const valid = { r4: 0, r5: 0 };
try {
  await roundTrip();
  for (const release of ['r4', 'r5']) await everything(release);
  console.log(`R4: ${valid.r4} resources are valid; an appointment came back from Bedside with nothing lost`);
} finally {
  await Promise.all([video.stop(), records.stop()]);
}

/** An answer of Bedside that has to be of this status, validated. */
async function ask(release, method, path, { body, headers, status = 200 } = {}) {
  const answer = await video.ask(method, `/fhir/${release}${path}`, body, headers);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type'), /^application\/fhir\+json/);
  for (const resource of [answer.body, ...(answer.body.entry ?? []).map((entry) => entry.resource ?? entry.response.outcome)]) {
    validate(release, resource);
  }
  return answer;
}

function validate(release, resource) {
  if (release === 'r5') {
    writeFileSync(join(KEPT, `${String(valid.r5).padStart(3, '0')}-${resource.resourceType}.json`), JSON.stringify(resource, null, 1));
  } else {
    validateResource(resource);
  }
  valid[release] += 1;
}

/** What the scheduling system knows and Bedside need not understand. */
function planned(people, release) {
  const reason = { coding: [{ system: 'http://snomed.info/sct', code: '103735009', display: 'Palliative care' }] };
  const reasons = release === 'r5' ? { reason: [{ concept: reason }] } : { reasonCode: [reason] };
  return {
    resourceType: 'Appointment',
    status: 'booked',
    identifier: [{ system: 'https://clinic.example.org/appointments', value: crypto.randomUUID() }],
    extension: [{ url: 'https://clinic.example.org/room-wish', valueString: 'quiet' }],
    description: 'Follow-up',
    start: '2026-12-01T09:30:00+01:00',
    end: '2026-12-01T10:00:00+01:00',
    minutesDuration: 30,
    ...reasons,
    participant: people,
  };
}

function person(reference, display, more = {}) {
  return { actor: { reference, display }, status: 'accepted', ...more };
}

/** Everything in `wanted` has to be in `found`, in its place; `found` may hold more. */
function holds(found, wanted, place = '$') {
  if (Array.isArray(wanted)) {
    wanted.forEach((element, index) => {
      const fits = (candidate) => {
        try {
          holds(candidate, element, `${place}[${index}]`);
          return true;
        } catch {
          return false;
        }
      };
      assert.ok(Array.isArray(found) && found.some(fits), `${place}[${index}] was lost: ${JSON.stringify(element)}`);
    });
  } else if (wanted !== null && typeof wanted === 'object') {
    for (const [name, value] of Object.entries(wanted)) holds(found?.[name], value, `${place}.${name}`);
  } else {
    assert.equal(found, wanted, `${place} was lost`);
  }
}

/** The resource without what every server counts for itself. */
function without({ meta: _, ...resource }) {
  return resource;
}

/** From the health record's server to Bedside and back, twice, with a change between. */
async function roundTrip() {
  const patient = await records.ask('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Lopez', given: ['Maria'] }] });
  const doctor = await records.ask('POST', '/Practitioner', { resourceType: 'Practitioner', name: [{ family: 'Osei' }] });
  const people = [
    person(`Patient/${patient.body.id}`, 'Maria', {
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired', valueBoolean: true }],
    }),
    person(`Practitioner/${doctor.body.id}`, 'Dr. Osei', { required: 'required' }),
  ];
  const made = await records.ask('POST', '/Appointment', planned(people, 'r4'));
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const written = (await records.ask('GET', `/Appointment/${made.body.id}`)).body;
  const path = `/Appointment/${written.id}`;

  const first = (await ask('r4', 'PUT', path, { body: written, status: 201 })).body;
  holds(without(first), without(written));
  assert.ok(first.extension.some((extension) => extension.url === SERVICE));
  assert.equal(first.participant.length, 3, 'an interpreter was invited');
  for (const { extension } of first.participant) assert.ok(extension.some(({ url }) => url === LINK));

  const back = await records.ask('PUT', path, first);
  assert.equal(back.status, 200, JSON.stringify(back.body));
  const kept = (await records.ask('GET', path)).body;
  holds(without(kept), without(first));
  const again = await ask('r4', 'PUT', path, { body: kept });
  assert.deepEqual(without(again.body), unlinked(without(first)), 'what came back and forth is the same');

  const moved = { ...kept, start: '2026-12-02T11:00:00+01:00', end: '2026-12-02T11:45:00+01:00', minutesDuration: 45 };
  const tag = again.headers.get('etag');
  const later = await ask('r4', 'PUT', path, { body: moved, headers: { 'if-match': tag } });
  holds(without(later.body), { ...without(written), start: moved.start, end: moved.end, minutesDuration: 45 });
  const stale = await ask('r4', 'PUT', path, { body: moved, headers: { 'if-match': tag }, status: 412 });
  assert.equal(stale.body.resourceType, 'OperationOutcome');
  const links = (resource) => resource.participant.flatMap(({ extension }) => extension.filter(({ url }) => url === LINK));
  assert.deepEqual(links(later.body), links(first), 'a move changes no link');
  assert.deepEqual(links((await ask('r4', 'GET', path)).body), [], 'who reads gets no link');
}

/** What is answered to a write that changes nothing: no link comes twice. */
function unlinked(resource) {
  const person = (entry) => ({ ...entry, extension: entry.extension.filter(({ url }) => url !== LINK) });
  return { ...resource, participant: resource.participant.map(person) };
}

/** Every kind of answer once. */
async function everything(release) {
  const statement = await ask(release, 'GET', '/metadata');
  assert.equal(statement.body.fhirVersion, { r4: '4.0.1', r5: '5.0.0' }[release]);
  const people = [person('Patient/1', 'Maria'), person('Practitioner/2', 'Dr. Osei'), person('RelatedPerson/3', 'Ana')];
  const now = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  const body = { ...planned(people, release), start: now(0), end: now(30) };
  const made = (await ask(release, 'POST', '/Appointment', { body, status: 201 })).body;
  const path = `/Appointment/${made.id}`;
  await enter(made.participant[1]);
  assert.equal((await ask(release, 'GET', path)).body.status, 'arrived');
  const visit = made.identifier.find(({ system }) => system === 'urn:bedside:visit').value;
  const encounter = (await ask(release, 'GET', `/Encounter/${visit}`)).body;
  assert.equal(encounter.status, 'in-progress');
  assert.equal(release === 'r4' ? encounter.class.code : encounter.class[0].coding[0].code, 'VR');
  await ask(release, 'GET', `/Encounter?appointment=Appointment/${made.id}`);
  await ask(release, 'GET', `/Consent?data=Encounter/${visit}`);
  const recording = crypto.randomUUID();
  video.leave(recording, visit);
  const document = (await ask(release, 'GET', `/DocumentReference/${recording}`)).body;
  assert.equal(document.status, 'current');
  const of = release === 'r4' ? 'encounter' : 'context';
  const documents = await ask(release, 'GET', `/DocumentReference?${of}=Encounter/${visit}&patient=Patient/1`);
  assert.deepEqual(documents.body.entry.map(({ resource }) => resource), [document]);
  const ended = await ask(release, 'PUT', path, { body: { ...made, status: 'fulfilled' } });
  assert.equal(ended.body.status, 'fulfilled');
  await ask(release, 'GET', `/Encounter/${visit}`);
  await ask(release, 'GET', '/AuditEvent?_count=50');

  const entry = (resource, method, url) => ({ resource, request: { method, url } });
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [entry(planned(people, release), 'POST', 'Appointment'), entry(planned(people, release), 'PUT', `Appointment/of-${release}`)],
  };
  const done = await ask(release, 'POST', '', { body: bundle });
  assert.deepEqual(done.body.entry.map(({ response }) => response.status.slice(0, 3)), ['201', '201']);
  const cancelled = { ...done.body.entry[1].resource, status: 'cancelled' };
  assert.equal((await ask(release, 'PUT', `/Appointment/of-${release}`, { body: cancelled })).body.status, 'cancelled');
  const found = await ask(release, 'GET', '/Appointment?status=cancelled&date=ge2026-12-01&_count=10');
  assert.ok(found.body.entry.some(({ resource }) => resource.id === `of-${release}`));
  await ask(release, 'GET', '/Appointment?nonsense=1', { status: 400 });
  await ask(release, 'GET', '/Appointment/none', { status: 404 });
  await ask(release, 'GET', '/Nothing', { status: 404 });
  await ask(release, 'POST', '/Appointment', { body: { resourceType: 'Appointment', status: 7, participant: 'x' }, status: 422 });
  const unkeyed = await ask(release, 'GET', path, { headers: { authorization: 'Bearer nothing' }, status: 401 });
  assert.equal(unkeyed.body.issue[0].code, 'login');
}

/** Opens somebody's link as their page does. */
async function enter({ extension }) {
  const link = extension.find(({ url }) => url === LINK).valueUrl.split('#')[1];
  const redeemed = await video.ask('POST', '/v1/links/redeem', { link }, { 'content-type': 'application/json' });
  assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body));
  const socket = new WebSocket(`${video.base.replace('http', 'ws')}/v1/socket`, 'visit.v1', { origin: video.base });
  await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ t: 'hello', session: redeemed.body.session })));
    socket.on('message', (data) => JSON.parse(data).t === 'welcome' && resolve());
  });
}
