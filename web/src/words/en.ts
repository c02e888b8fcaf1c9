// English: every word the pages say, in one place.
// In: names, times, lists. Out: sentences. Never: markup; another language is another file of this shape.
import type { LinkProblem } from '../sdk/redeem';
import type { DeviceProblem } from '../sdk/devices';
import type { Presence, RefusalCode, Role, Sound } from '../protocol';
import type { Rung } from '../sdk/rung';
import type { PictureStep, Reason } from '../sdk/ladder';

const role: Record<Role, string> = {
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

const presence: Record<Presence, string> = {
  expected: 'Expected',
  waiting: 'Waiting',
  here: 'Here',
  reconnecting: 'Has lost the connection and may come back',
};

const refusal: Record<RefusalCode, string> = {
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
  not_now: 'That is not possible at the moment.',
  too_many: 'That was very fast. Please wait a moment and try again.',
  fault: 'That did not work. Please try again.',
};

/** The same while the page goes on trying by itself: there is nothing the person has to press. */
const trying = {
  full: 'The service is busy at the moment. This page keeps trying by itself.',
  fault: 'The service could not connect you just now. This page keeps trying by itself.',
};

const linkProblem: Record<LinkProblem, string> = {
  unknown: 'This link does not work. Please check that you opened the whole link, or ask for a new one.',
  over: 'The visit of this link is over.',
  cancelled: 'The visit of this link was cancelled.',
  too_many: 'There were too many tries. Please wait a minute and press Join again.',
  fault: 'The service could not let you in just now. Please press Join again.',
  unreachable: 'The service cannot be reached. Please check your internet connection and press Join again.',
};

const cameraProblem: Record<DeviceProblem, string> = {
  refused: 'The browser does not allow this page to use the camera. You can join with your voice only, or allow the camera in the browser’s settings for this page.',
  absent: 'No camera was found. You can join with your voice only.',
  busy: 'The camera does not start. Perhaps another program uses it. You can join with your voice only.',
  unsupported: 'This browser offers no camera to this page. You can join with your voice only.',
};

const microphoneProblem: Record<DeviceProblem, string> = {
  refused: 'The browser does not allow this page to use the microphone. You can join and listen, but nobody will hear you. To be heard, allow the microphone in the browser’s settings for this page.',
  absent: 'No microphone was found. You can join and listen, but nobody will hear you.',
  busy: 'The microphone does not start. Perhaps another program uses it. You can join and listen, but nobody will hear you.',
  unsupported: 'This browser offers no microphone to this page. You can join and listen, but nobody will hear you.',
};

const pictureStep: Record<PictureStep, string> = {
  small: 'Less sharp picture.',
  slow: 'Slow picture.',
  still: 'A new picture every few seconds.',
  paused: 'Sound only for now.',
};

const screenStep: Record<PictureStep, string> = {
  small: 'Less sharp picture.',
  slow: 'Slow picture.',
  still: 'A new picture every few seconds.',
  paused: 'Not shown for now.',
};

const because: Record<Reason, string> = {
  your_line: 'Your line is slow at the moment.',
  their_side: 'Their side sends no more at the moment.',
  data_saver: 'You chose to save data.',
  the_server: 'The service is very busy at the moment.',
};

/** What the person's own line upwards costs the others; true also of somebody whose microphone is off, so none says that others hear them. */
const ownLine: Record<Exclude<Rung, 'all'>, string> = {
  without_top: 'Your line is slow at the moment, so others see a smaller picture of you. Your voice goes first.',
  lowest: 'Your line is slow at the moment, so others see a smaller picture of you. Your voice goes first.',
  slow: 'Your line is slow at the moment, so others see you move less smoothly. Your voice goes first.',
  voice: 'Your line is very slow at the moment, so others do not see you. Your voice goes first, and your picture comes back by itself.',
  thin: 'Your line is very slow at the moment, so others do not see you, and when you speak you may sound a little less clear. It gets better by itself.',
};

const sound: Record<Exclude<Sound, 'plain'>, string> = {
  protected: 'Some sound is lost on your line, so every word is sent to you more than once.',
  thin: 'Voices may reach you a little later.',
};

export const en = {
  tag: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  role,
  presence,
  refusal,
  trying,
  linkProblem,
  cameraProblem,
  microphoneProblem,
  pictureStep,
  screenStep,
  because,
  ownLine,
  sound,

  title: 'Your visit',
  noLink: {
    title: 'Please open your personal link',
    text: 'To join a visit, open the link you were sent. It is meant for you alone. If you cannot find it, ask the person who invited you to send it again.',
  },
  welcome: {
    title: 'Before you join',
    lead: 'Here you can check how you look and sound. Nobody sees or hears you until you join.',
    asking: 'The browser may now ask whether this page may use your camera and microphone. Please allow both.',
    preview: 'Your own picture',
    previewOff: 'Your camera is off',
    previewWaiting: 'The camera is starting',
    camera: 'Camera',
    microphone: 'Microphone',
    speaker: 'Loudspeaker',
    level: 'How loud you are',
    levelHint: 'Say a few words. The bar moves when the microphone hears you.',
    muted: 'Your microphone is muted.',
    retry: 'Ask again',
    join: 'Join',
    joining: 'Joining',
    others: 'Use another device',
    usual: 'Usual one',
    device: (index: number) => `Device ${index}`,
  },
  waiting: {
    title: 'You are in the right place',
    lead: (name: string) => `Hello, ${name}. The care team is shown that you are here.`,
    time: (day: string, from: string, to: string) => `Your visit: ${day}, ${from} to ${to}`,
    staffHere: 'The care team is here and will let you in.',
    staffNotHere: 'Nobody from the care team is here yet. You will be let in when they come.',
    stay: 'Please keep this page open. You do not need to do anything.',
  },
  live: {
    title: 'Visit in progress',
    stage: 'People in the visit',
    alone: 'You are the first one here. The others appear as they come in.',
    aloneStaff: 'Nobody else is here yet.',
    picture: (name: string) => `Picture of ${name}`,
    screen: (name: string) => `Screen of ${name}`,
    screenOf: (name: string) => `${name} shares a screen`,
    own: 'You',
    ownPicture: 'Your own picture',
    muted: 'Muted',
    cameraOff: 'Camera off',
    speaking: 'Speaking',
    hear: 'Tap to hear',
    hearText: 'The browser holds the sound back until you tap.',
  },
  controls: {
    label: 'Controls',
    mute: 'Mute',
    unmute: 'Unmute',
    cameraOff: 'Stop camera',
    cameraOn: 'Start camera',
    share: 'Share screen',
    shareOff: 'Stop sharing',
    saver: 'Save data',
    people: 'People',
    leave: 'Leave',
    end: 'End for all',
  },
  look: {
    open: 'View',
    of: (name: string) => `View of ${name}`,
    ofScreen: (name: string) => `View of the screen of ${name}`,
    large: 'Show large',
    signing: 'Signing',
    signingHint: 'Signing keeps movements smooth, so that signs can be read.',
    done: 'Done',
  },
  ask: {
    end: 'End the visit for everybody?',
    endYes: 'End for all',
    remove: (name: string) => `Take ${name} out of the visit?`,
    removeYes: 'Take out',
    no: 'Keep',
    endNo: 'Go on',
  },
  people: {
    title: 'People',
    close: 'Close',
    waiting: 'Waiting to come in',
    here: 'In the visit',
    expected: 'Expected',
    nobodyWaits: 'Nobody is waiting.',
    you: 'You',
    admit: 'Let in',
    decline: 'Decline',
    remove: 'Take out',
    admitName: (name: string) => `Let in ${name}`,
    declineName: (name: string) => `Decline ${name}`,
    removeName: (name: string) => `Take out ${name}`,
    waits: (name: string) => `${name} is waiting to come in.`,
    waitMany: (count: number) => `${count} people are waiting to come in.`,
    see: 'See who',
  },
  news: {
    arrived: (name: string) => `${name} is here.`,
    waits: (name: string) => `${name} is waiting to come in.`,
    waits_no_more: (name: string) => `${name} is no longer waiting.`,
    gone: (name: string) => `${name} has left.`,
    reconnecting: (name: string) => `${name} has lost the connection and may come back.`,
    back: (name: string) => `${name} is back.`,
    shares: (name: string) => `${name} now shares a screen.`,
    shares_no_more: (name: string) => `${name} no longer shares a screen.`,
  },
  status: {
    restoring: 'The connection is being restored. Please stay here.',
    restoringMedia: 'Voice and picture are being restored. Please stay here.',
    blocked: 'This network does not let voice and picture through. Try mobile data or another network, or call your care team.',
    call: 'If this lasts, please call your care team.',
    connecting: 'Voice and picture are being connected.',
    joining: 'You are being connected.',
    paused: (names: string, count: number) =>
      count === 1
        ? `Your line is slow. The picture of ${names} is paused so that the voices stay clear.`
        : `Your line is slow. The pictures of ${names} are paused so that the voices stay clear.`,
    theirs: (name: string) => `${name} has lost the connection and may come back.`,
    ok: 'Dismiss',
  },
  ending: {
    left: { title: 'You have left the visit', text: 'Your link still works as long as the visit goes on.' },
    ended: { title: 'The visit is over', text: 'You can close this page now. If you expected it to go on, please call your care team.' },
    cancelled: { title: 'This visit was cancelled', text: 'Please ask the person who invited you about a new time.' },
    declined: { title: 'You were not let in', text: 'You can wait again, or call your care team.' },
    missed: { title: 'The visit did not take place', text: 'Nobody met you at the time of the visit. Please call your care team about a new time.' },
    removed: { title: 'You were taken out of the visit', text: 'If this is a mistake, please call your care team.' },
    replaced: { title: 'You joined on another device', text: 'Your link was opened in another window or on another device, and the visit goes on there.' },
    back: 'Come back',
    here: 'Go on here',
    again: 'Wait again',
  },
};

export type Words = typeof en;
