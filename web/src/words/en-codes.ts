// English for the code words of the protocol and of the page: parts, reasons, refusals.
// In: a code word. Out: its words. Never: a code word without words; the types see to that.
import type { LinkProblem } from '../sdk/redeem';
import type { DeviceProblem } from '../sdk/devices';
import type {
  Apart, Gate, Outcome, Presence, Purpose, RecordingFailure, RecordingState, RefusalCode, Relationship, RestReason, Role, SegmentKind, Sound,
} from '../protocol';
import type { Rung } from '../sdk/rung';
import type { PictureStep, Reason } from '../sdk/ladder';

export const role: Record<Role, string> = {
  patient: 'Patient',
  proxy: 'Speaks for the patient',
  family: 'Family',
  clinician: 'Clinician',
  pharmacist: 'Pharmacist',
  interpreter: 'Interpreter',
  captioner: 'Captions',
  observer: 'Observer',
  coordinator: 'Coordinator',
};

export const presence: Record<Presence, string> = {
  expected: 'Expected',
  waiting: 'Waiting',
  here: 'Here',
  reconnecting: 'Has lost the connection and may come back',
};

export const relationship: Record<Relationship, string> = {
  partner: 'Partner',
  child: 'Son or daughter',
  parent: 'Mother or father',
  sibling: 'Brother or sister',
  relative: 'Another relative',
  friend: 'Friend or neighbour',
  caregiver: 'Caregiver',
};

/** What has to be known of a person, as staff speaks of it. */
export const gate: Record<Gate, string> = {
  identity: 'who they are',
  location: 'where they are',
  callback: 'number to call back',
  privacy: 'whether they are alone',
  device: 'camera and microphone',
};

/** The same, as the person themselves is asked. */
export const ownGate: Record<Gate, string> = {
  identity: 'Who you are',
  location: 'Where you are',
  callback: 'A number to call you back',
  privacy: 'Who is with you',
  device: 'Your camera and microphone',
};

export const purpose: Record<Purpose, string> = {
  telehealth: 'Video visit',
  recording: 'Recording',
  captions: 'Captions',
  observers: 'Observers',
};

export const outcome: Record<Outcome, string> = {
  completed: 'Completed',
  follow_up: 'Another visit is wanted',
  in_person: 'To be seen in person',
  referred: 'Passed on to somebody else',
  emergency: 'Emergency',
  technical: 'Broke off for a technical reason',
  not_held: 'Not held',
};

export const segment: Record<SegmentKind, string> = {
  consultation: 'Consultation',
  counselling: 'Medicines explained',
  social_work: 'Social work',
  education: 'Teaching',
  other: 'Another part',
};

/** Said to the person who is apart. */
export const apart: Record<Apart, string> = {
  hold: 'You are on hold. Nobody hears you, and you hear nobody.',
  confidential: 'You are out of the room for a while. Nobody hears you, and you hear nobody.',
  consent: 'You are apart because not everybody has agreed. Nobody hears you, and you hear nobody.',
};

/** Shown to the others. */
export const apartMark: Record<Apart, string> = {
  hold: 'On hold',
  confidential: 'Out of the room',
  consent: 'Apart: not agreed',
};

export const refusal: Record<RefusalCode, string> = {
  bad_message: 'The server did not understand this page. Please reload it.',
  bad_session: 'Your place in the visit is no longer held. Please join again.',
  not_allowed: 'Your role in this visit does not allow that.',
  not_admitted: 'That is possible once you have been let in.',
  no_such_person: 'That person is no longer there.',
  visit_over: 'This visit is over.',
  bad_offer: 'This browser could not agree with the server on voice and picture. Please try another browser.',
  room_full: 'The visit is full at the moment. Please tell the person who invited you.',
  server_full: 'The service is busy at the moment. Please try again in a minute.',
  door_closed: 'The door of this visit is not open now.',
  mismatch: 'The name or the time has changed. Please look again.',
  gate_closed: 'Something has to be checked first.',
  consent_missing: 'They have not agreed to the video visit yet.',
  too_many_tries: 'There were too many tries. The care team will check it with you.',
  visit_full: 'As many people are expected as this visit may have.',
  no_such_tutorial: 'This film is not there any more.',
  not_now: 'That is not possible at the moment.',
  recording_not_allowed: 'The rules of this visit allow no recording.',
  recording_unavailable: 'Nothing can be recorded here at the moment.',
  recording_refused: 'Somebody here has said no to being recorded.',
  too_many: 'That was very fast. Please wait a moment and try again.',
  fault: 'That did not work. Please try again.',
};

/** The same while the page goes on trying by itself: there is nothing the person has to press. */
export const trying = {
  full: 'The service is busy at the moment. This page keeps trying by itself.',
  fault: 'The service could not connect you just now. This page keeps trying by itself.',
};

export const linkProblem: Record<LinkProblem, string> = {
  unknown: 'This link does not work. Please check that you opened the whole link, or ask for a new one.',
  over: 'The visit of this link is over.',
  cancelled: 'The visit of this link was cancelled.',
  too_many: 'There were too many tries. Please wait a minute and press Join again.',
  fault: 'The service could not let you in just now. Please press Join again.',
  unreachable: 'The service cannot be reached. Please check your internet connection and press Join again.',
};

export const cameraProblem: Record<DeviceProblem, string> = {
  refused: 'The browser does not allow this page to use the camera. You can join with your voice only, or allow the camera in the browser’s settings for this page.',
  absent: 'No camera was found. You can join with your voice only.',
  busy: 'The camera does not start. Perhaps another program uses it. You can join with your voice only.',
  unsupported: 'This browser offers no camera to this page. You can join with your voice only.',
};

export const microphoneProblem: Record<DeviceProblem, string> = {
  refused: 'The browser does not allow this page to use the microphone. You can join and listen, but nobody will hear you. To be heard, allow the microphone in the browser’s settings for this page.',
  absent: 'No microphone was found. You can join and listen, but nobody will hear you.',
  busy: 'The microphone does not start. Perhaps another program uses it. You can join and listen, but nobody will hear you.',
  unsupported: 'This browser offers no microphone to this page. You can join and listen, but nobody will hear you.',
};

export const pictureStep: Record<PictureStep, string> = {
  small: 'Less sharp picture.',
  slow: 'Slow picture.',
  still: 'A new picture every few seconds.',
  paused: 'Sound only for now.',
};

export const screenStep: Record<PictureStep, string> = {
  small: 'Less sharp picture.',
  slow: 'Slow picture.',
  still: 'A new picture every few seconds.',
  paused: 'Not shown for now.',
};

export const because: Record<Reason, string> = {
  your_line: 'Your line is slow at the moment.',
  their_side: 'Their side sends no more at the moment.',
  data_saver: 'You chose to save data.',
  the_server: 'The service is very busy at the moment.',
};

/** What the person's own line upwards costs the others; true also of somebody whose microphone is off, so none says that others hear them. */
export const ownLine: Record<Exclude<Rung, 'all'>, string> = {
  without_top: 'Your line is slow at the moment, so others see a smaller picture of you. Your voice goes first.',
  lowest: 'Your line is slow at the moment, so others see a smaller picture of you. Your voice goes first.',
  slow: 'Your line is slow at the moment, so others see you move less smoothly. Your voice goes first.',
  voice: 'Your line is very slow at the moment, so others do not see you. Your voice goes first, and your picture comes back by itself.',
  thin: 'Your line is very slow at the moment, so others do not see you, and when you speak you may sound a little less clear. It gets better by itself.',
};

export const sound: Record<Exclude<Sound, 'plain'>, string> = {
  protected: 'Some sound is lost on your line, so every word is sent to you more than once.',
  thin: 'Voices may reach you a little later.',
};

export const recordingState: Record<RecordingState, string> = {
  off: 'Nothing is recorded.',
  starting: 'The recording is about to begin.',
  on: 'This visit is being recorded.',
  paused: 'The recording rests. Nothing is recorded now.',
  failed: 'The visit is not being recorded.',
};

export const recordingRests: Record<RestReason, string> = {
  staff: 'The care team has paused it.',
  consent: 'Not everybody has agreed to it.',
  apart: 'Nobody who may be recorded is with the others.',
  failure: 'It goes on by itself as soon as it can.',
};

/** Told to staff only. */
export const recordingFailure: Record<RecordingFailure, string> = {
  not_started: 'The recorder did not begin.',
  disk_full: 'The disk for recordings is full.',
  disk: 'The disk for recordings does not work.',
  store: 'What is recorded waits on the server until the store takes it.',
  too_slow: 'The server could not keep up; some of it is missing.',
  keys: 'The keys for recordings cannot be used.',
  restarted: 'The recorder had to begin anew; a moment may be missing.',
};
