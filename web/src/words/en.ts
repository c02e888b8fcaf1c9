// English: every word the pages say. The other languages are files of this shape beside it; a new one is one file more.
// In: names, times, numbers, lists. Out: sentences. Never: markup; a code word without words, the types see to that.
import type { LinkProblem } from '../sdk/redeem';
import type { DeviceProblem } from '../sdk/devices';
import type {
  Apart, Gate, Outcome, Presence, Purpose, RecordingFailure, RecordingState, RefusalCode, Relationship, RestReason, Role, SegmentKind, Sound,
} from '../protocol';
import type { Rung } from '../sdk/rung';
import type { PictureStep, Reason } from '../sdk/ladder';
import { counting } from './count';

const TAG = 'en';
const KINDS = ['one', 'other'] as const;
const { number, plural } = counting(TAG, KINDS);

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

const relationship: Record<Relationship, string> = {
  partner: 'Partner',
  child: 'Son or daughter',
  parent: 'Mother or father',
  sibling: 'Brother or sister',
  relative: 'Another relative',
  friend: 'Friend or neighbour',
  caregiver: 'Caregiver',
};

/** What has to be known of a person, as staff speaks of it. */
const gate: Record<Gate, string> = {
  identity: 'who they are',
  location: 'where they are',
  callback: 'number to call back',
  privacy: 'whether they are alone',
  device: 'camera and microphone',
};

/** The same, as the person themselves is asked. */
const ownGate: Record<Gate, string> = {
  identity: 'Who you are',
  location: 'Where you are',
  callback: 'A number to call you back',
  privacy: 'Who is with you',
  device: 'Your camera and microphone',
};

const purpose: Record<Purpose, string> = {
  telehealth: 'Video visit',
  recording: 'Recording',
  captions: 'Captions',
  observers: 'Observers',
};

const outcome: Record<Outcome, string> = {
  completed: 'Completed',
  follow_up: 'Another visit is wanted',
  in_person: 'To be seen in person',
  referred: 'Passed on to somebody else',
  emergency: 'Emergency',
  technical: 'Broke off for a technical reason',
  not_held: 'Not held',
};

const segment: Record<SegmentKind, string> = {
  consultation: 'Consultation',
  counselling: 'Medicines explained',
  social_work: 'Social work',
  education: 'Teaching',
  other: 'Another part',
};

/** Said to the person who is apart. */
const apart: Record<Apart, string> = {
  hold: 'You are on hold. Nobody hears you, and you hear nobody.',
  confidential: 'You are out of the room for a while. Nobody hears you, and you hear nobody.',
  consent: 'You are apart because not everybody has agreed. Nobody hears you, and you hear nobody.',
};

/** Shown to the others. */
const apartMark: Record<Apart, string> = {
  hold: 'On hold',
  confidential: 'Out of the room',
  consent: 'Apart: not agreed',
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
  no_such_tutorial: 'This film is not there any more.',
  not_now: 'That is not possible at the moment.',
  recording_not_allowed: 'The rules of this visit allow no recording.',
  recording_unavailable: 'Nothing can be recorded here at the moment.',
  recording_refused: 'Somebody here has said no to being recorded.',
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
  interrupted: 'The device has paused the camera, perhaps for a telephone call. If it does not come back by itself, switch it off and on again.',
};

const microphoneProblem: Record<DeviceProblem, string> = {
  refused: 'The browser does not allow this page to use the microphone. You can join and listen, but nobody will hear you. To be heard, allow the microphone in the browser’s settings for this page.',
  absent: 'No microphone was found. You can join and listen, but nobody will hear you.',
  busy: 'The microphone does not start. Perhaps another program uses it. You can join and listen, but nobody will hear you.',
  unsupported: 'This browser offers no microphone to this page. You can join and listen, but nobody will hear you.',
  interrupted: 'The device has paused the microphone, perhaps for a telephone call, so nobody hears you now. If it does not come back by itself, press Unmute.',
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

const recordingState: Record<RecordingState, string> = {
  off: 'Nothing is recorded.',
  starting: 'The recording is about to begin.',
  on: 'This visit is being recorded.',
  paused: 'The recording rests. Nothing is recorded now.',
  failed: 'The visit is not being recorded.',
};

const recordingRests: Record<RestReason, string> = {
  staff: 'The care team has paused it.',
  consent: 'Not everybody has agreed to it.',
  apart: 'Nobody who may be recorded is with the others.',
  failure: 'It goes on by itself as soon as it can.',
};

/** Told to staff only. */
const recordingFailure: Record<RecordingFailure, string> = {
  not_started: 'The recorder did not begin.',
  disk_full: 'The disk for recordings is full.',
  disk: 'The disk for recordings does not work.',
  store: 'What is recorded waits on the server until the store takes it.',
  too_slow: 'The server could not keep up; some of it is missing.',
  keys: 'The keys for recordings cannot be used.',
  restarted: 'The recorder had to begin anew; a moment may be missing.',
};

export const words = {
  tag: TAG as string,
  direction: 'ltr' as 'ltr' | 'rtl',
  plurals: KINDS as readonly Intl.LDMLPluralRule[],
  role,
  presence,
  relationship,
  gate,
  ownGate,
  purpose,
  outcome,
  segment,
  apart,
  apartMark,
  refusal,
  trying,
  linkProblem,
  cameraProblem,
  microphoneProblem,
  deviceReplaced: {
    camera: 'The camera you used is gone. Another one is used now.',
    microphone: 'The microphone you used is gone. Another one is used now.',
  },
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
  inApp: {
    title: (browser: string) => `Please open this page in ${browser}`,
    named: (app: string) => `It was opened inside ${app}, which does not let it use your camera and microphone.`,
    unnamed: 'It was opened inside another app, which does not let it use your camera and microphone.',
    how: (browser: string) => `Copy the link, open ${browser}, and paste the link into its address line.`,
    link: 'Your personal link',
    copy: 'Copy the link',
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
    device: (index: number) => `Device ${number(index)}`,
  },
  early: {
    title: 'You are early',
    opens: (time: string) => `The door opens at ${time}.`,
    stay: 'You can keep this page open. It goes on by itself.',
  },
  queue: {
    next: 'You are next.',
    place: (position: number) => `You are number ${number(position)} in the queue.`,
    wait: (minutes: number) => plural(minutes, { one: 'It may take about a minute.', other: `It may take about ${number(minutes)} minutes.` }),
  },
  asks: {
    title: 'Questions for you',
    open: 'There is a question for you.',
    see: 'See the question',
    anytime: 'You can change these answers at any time.',
    needed: 'The visit needs your yes to this.',
    rests: 'Without your yes this does not happen.',
    agree: 'Yes, I agree',
    agreeTo: (what: string) => `Yes, I agree: ${what}`,
    refuse: 'No',
    refuseOf: (what: string) => `No: ${what}`,
    takeBack: 'Take back my yes',
    takeBackOf: (what: string) => `Take back my yes: ${what}`,
    agreed: 'You have agreed.',
    refused: 'You have said no.',
    done: 'Answered',
    send: 'Send',
    birthDate: 'Your date of birth',
    second: 'Your second identifier',
    secondHint: 'What your clinic has asked you for, such as your postal code.',
    haveCode: 'I was sent a code',
    code: 'Code',
    noMatch: (tries: number) =>
      plural(tries, { one: 'That did not match. Please look at it again.', other: `That did not match, ${number(tries)} times now. Please look at it again.` }),
    place: 'Where are you now?',
    placeHint: 'Street, number and town, so that help can find you.',
    number: 'Under which number can we call you if this breaks off?',
    alone: 'Are you alone, or only with people who may hear this?',
    aloneYes: 'Yes',
    aloneNo: 'No',
    notAlone: 'Thank you. The care team will ask you about it. When you are alone, press Yes.',
    deviceWaits: 'They are being checked.',
    cameraWorks: 'The camera works.',
    cameraNot: 'No camera is on.',
    microphoneWorks: 'The microphone works.',
    microphoneNot: 'No microphone is on.',
  },
  recording: {
    title: 'Recording',
    begin: 'Record',
    pause: 'Pause recording',
    resume: 'Go on recording',
    stop: 'Stop recording',
    yes: 'Yes, you may record',
    no: 'No, don’t record',
    taken: 'You are in it.',
    notTaken: 'You are not in it.',
    state: recordingState,
    rests: recordingRests,
    failure: recordingFailure,
  },
  chat: {
    title: 'Chat',
    none: 'Nothing has been written yet.',
    you: 'You',
    staff: 'Care team',
    everybody: 'Everybody',
    somebody: 'Somebody who has left',
    toStaff: 'to the care team',
    toYou: 'to you only',
    toName: (name: string) => `to ${name} only`,
    to: 'To',
    text: 'Message',
    textStaff: 'Message to the care team',
    send: 'Send',
    wrote: (name: string) => `${name} has written.`,
    read: 'Read',
  },
  sidebar: {
    title: 'Confer apart',
    with: 'With whom?',
    hint: 'The others hear and see nothing of it until you are back.',
    begin: 'Begin',
    end: 'Back to all',
    you: (names: string) => `You confer with ${names}. The others hear nothing of it.`,
    others: (names: string) => `${names} confer apart for a moment. You do not hear each other.`,
  },
  invite: {
    open: 'Ask somebody more to come',
    name: 'Their name',
    role: 'Their part',
    relationship: 'To the patient they are',
    unsaid: 'Not said',
    language: 'Their language',
    languageHint: 'A code such as en, de or ar.',
    make: 'Make a link',
    linkOf: (name: string) => `Personal link of ${name}`,
    linkHint: 'It is for this person alone. An earlier link of theirs no longer works.',
    copy: 'Copy',
    copied: 'The link is copied.',
    done: 'Done',
  },
  plan: {
    title: 'The visit',
    until: (time: string) => `Planned until ${time}.`,
    longer: (minutes: number) => plural(minutes, { one: 'A minute longer', other: `${number(minutes)} minutes longer` }),
    part: (now: number, all: number, what: string) => `Part ${number(now)} of ${number(all)}: ${what}.`,
    next: (what: string) => `Next part: ${what}`,
    overran: 'The visit goes on after its planned end.',
    noShow: 'The patient has not come. Is this a no-show?',
    noShowYes: 'Yes, a no-show',
    noShowNo: 'No, we wait',
    handOver: (name: string) => `${name} asks you to lead the visit.`,
    handOverYes: 'I lead from now on',
  },
  ready: {
    since: (time: string) => `Waits since ${time}.`,
    missing: (what: string) => `Still needed: ${what}.`,
    ready: 'Nothing is missing.',
    agreed: (what: string) => `Agreed: ${what}.`,
    refused: (what: string) => `Said no: ${what}.`,
    interpreter: (language: string) => `Needs an interpreter (${language}).`,
    tooLong: 'Waits too long',
  },
  checks: {
    open: (name: string) => `Check ${name}`,
    checked: 'Checked',
    checkedName: (what: string) => `Checked: ${what}`,
    skip: 'Go on without',
    skipName: (what: string) => `Go on without: ${what}`,
    without: (what: string) => `Go on without this: ${what}?`,
    withoutYes: 'Yes, go on without',
    reason: 'Why?',
  },
  lesson: {
    film: (title: string) => `Film: ${title}`,
    while: 'While you wait',
    back: 'Back to the list',
    missing: 'This film cannot be played at the moment.',
    retry: 'Try again',
    language: 'Language of the film',
    captions: 'Captions',
    captionsOff: 'Off',
    size: 'Size of the captions',
    bar: 'The film that plays',
    inVisit: (title: string) => `Plays to everybody: ${title}`,
    inLobby: (title: string) => `Plays in the lobby: ${title}`,
    play: 'Play',
    pause: 'Pause',
    stop: 'Stop the film',
    seek: 'Place in the film',
    place: (now: string, all: string) => `${now} of ${all}`,
  },
  lessonSize: { small: 'Small', medium: 'Medium', large: 'Large' },
  teach: {
    title: 'Films',
    none: 'No film has been recorded yet.',
    noList: 'The films cannot be shown at the moment.',
    noFilm: 'There is no film in it yet.',
    about: (length: string, languages: string) => `${length}, ${languages}`,
    play: 'Play to all',
    playName: (title: string) => `Play to all: ${title}`,
    lobby: 'Play in the lobby',
    lobbyName: (title: string) => `Play in the lobby: ${title}`,
    offer: 'Offer while they wait',
    record: 'Record a film',
  },
  record: {
    title: 'Record a film',
    hint: 'Your camera or screen and your microphone are recorded, nothing else. The film can be played in every visit of your organisation, so say nothing about a patient.',
    guests: 'Somebody is in the visit who could be heard in the film. Record before you let anybody in.',
    camera: 'Record the camera',
    screen: 'Record a screen',
    cannot: 'This browser cannot record.',
    noDevice: 'The camera, the screen or the microphone could not be opened.',
    preview: 'The film',
    running: (length: string) => `Recording, ${length}`,
    stop: 'Stop recording',
    length: (length: string) => `Length: ${length}`,
    name: 'Title',
    language: 'Language you speak in it',
    languageHint: 'A code such as en, de or ar.',
    captions: 'Captions',
    captionsHint: 'A WebVTT file (.vtt), if you have one. They can be added later.',
    storing: 'Being stored',
    keep: 'Store the film',
    again: 'Record again',
    notStored: 'The film could not be stored. Please try again.',
  },
  recordProblem: {
    'body-too-large': 'The film is too large. Please make a shorter one.',
    'disk-full': 'There is no room left on the server. Please tell whoever runs it.',
    'invalid-body': 'The title, the language or the captions are not right. Please look at them again.',
    'invalid-path': 'That is not the code of a language, such as en, de or ar.',
    'limit-reached': 'There are as many films as there may be. Please delete one first.',
    'unsupported-media': 'The server does not take this kind of film.',
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
    chat: 'Chat',
    asks: 'Your answers',
    teach: 'Films',
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
  display: {
    open: 'Language and display',
    title: 'Display',
    language: 'Language',
    text: 'Size of the words',
    contrast: 'Contrast',
    light: 'Light or dark',
  },
  textSize: { normal: 'Usual', large: 'Large', largest: 'Very large' },
  contrast: { device: 'As on this device', more: 'Strong' },
  light: { device: 'As on this device', light: 'Light', dark: 'Dark' },
  ask: {
    end: 'End the visit for everybody?',
    endYes: 'End for all',
    remove: (name: string) => `Take ${name} out of the visit?`,
    removeYes: 'Take out',
    no: 'Keep',
    endNo: 'Go on',
    outcome: 'How did it go?',
    outcomeNone: 'Not said',
    admit: (name: string) => `Let in ${name}?`,
    visit: (day: string, from: string, to: string) => `The visit: ${day}, ${from} to ${to}`,
    admitYes: 'Yes, let in',
    admitNo: 'Not now',
    why: (what: string) => `Not checked yet: ${what}. Why do you go on without?`,
    whyHint: 'This is kept with the visit. Please write nothing about health.',
  },
  people: {
    title: 'People',
    close: 'Close',
    waiting: 'Waiting to come in',
    here: 'In the visit',
    expected: 'Expected',
    nobodyWaits: 'Nobody is waiting.',
    you: 'You',
    youLead: 'You, leading the visit',
    leads: 'Leads the visit',
    confers: 'Confers apart',
    more: (name: string) => `More about ${name}`,
    write: 'Write',
    writeName: (name: string) => `Write to ${name}`,
    hold: 'Put on hold',
    holdName: (name: string) => `Put on hold: ${name}`,
    confidential: 'Out of the room',
    confidentialName: (name: string) => `Out of the room: ${name}`,
    back: 'Bring back',
    backName: (name: string) => `Bring back ${name}`,
    newLink: 'New link',
    newLinkName: (name: string) => `New link for ${name}`,
    handOver: 'Ask to lead',
    handOverName: (name: string) => `Ask to lead: ${name}`,
    handOverAsked: 'Asked to lead the visit.',
    admit: 'Let in',
    decline: 'Decline',
    remove: 'Take out',
    admitName: (name: string) => `Let in ${name}`,
    declineName: (name: string) => `Decline ${name}`,
    removeName: (name: string) => `Take out ${name}`,
    waits: (name: string) => `${name} is waiting to come in.`,
    waitMany: (count: number) => plural(count, { one: 'One person is waiting to come in.', other: `${number(count)} people are waiting to come in.` }),
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
      plural(count, {
        one: `Your line is slow. The picture of ${names} is paused so that the voices stay clear.`,
        other: `Your line is slow. The pictures of ${names} are paused so that the voices stay clear.`,
      }),
    theirs: (name: string) => `${name} has lost the connection and may come back.`,
    ok: 'Dismiss',
  },
  ending: {
    left: { title: 'You have left the visit', text: 'Your link still works as long as the visit goes on.' },
    ended: { title: 'The visit is over', text: 'You can close this page now. If you expected it to go on, please call your care team.' },
    cancelled: { title: 'This visit was cancelled', text: 'Please ask the person who invited you about a new time.' },
    declined: { title: 'You were not let in', text: 'You can wait again, or call your care team.' },
    missed: { title: 'The visit did not take place', text: 'Somebody who was expected did not come. The care team can find a new time.' },
    removed: { title: 'You were taken out of the visit', text: 'If this is a mistake, please call your care team.' },
    replaced: { title: 'You joined on another device', text: 'Your link was opened in another window or on another device, and the visit goes on there.' },
    back: 'Come back',
    here: 'Go on here',
    again: 'Wait again',
  },
};

export type Words = typeof words;
