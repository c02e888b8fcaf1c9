// The messages of `visit.v1` and of link redemption.
// Generated from signaling/api by `make generate`; do not edit.

export const SUBPROTOCOL = "visit.v1";
export const MESSAGE_BYTES_MAX = 65536;
export const CAPTION_CHARS_MAX = 200;
export const CAPTIONS_PER_SECOND = 5;

/**
 * The part somebody plays in a visit.
 */
export type Role = "patient" | "proxy" | "family" | "clinician" | "pharmacist" | "interpreter" | "captioner" | "observer" | "coordinator";

/**
 * How somebody is related to the patient (after v3-RoleCode, in plain words).
 */
export type Relationship = "partner" | "child" | "parent" | "sibling" | "relative" | "friend" | "caregiver";

/**
 * How a gate was passed.
 */
export type Method = "stated" | "two_identifiers" | "one_time_code" | "oidc" | "visual" | "staff" | "measured";

/**
 * How a visit ended, in the clinician's word. Clinical detail belongs to the health record.
 */
export type Outcome = "completed" | "follow_up" | "in_person" | "referred" | "emergency" | "technical" | "not_held";

/**
 * Why somebody is out of the room's media for a while.
 */
export type Apart = "hold" | "confidential" | "consent";

/**
 * What a person is asked to agree to.
 */
export type Purpose = "telehealth" | "recording" | "captions" | "observers";

/**
 * Something that is checked before or during a visit.
 */
export type Gate = "identity" | "location" | "callback" | "privacy" | "device";

/**
 * How much something is needed.
 */
export type Need = "off" | "asked" | "skippable" | "required";

/**
 * When a gate has to be passed.
 */
export type Point = "admission" | "end";

/**
 * What a part of a visit is.
 */
export type SegmentKind = "consultation" | "counselling" | "social_work" | "education" | "other";

/**
 * What went wrong with a recording. Code words: no path, address or name.
 */
export type RecordingFailure = "not_started" | "disk_full" | "disk" | "store" | "too_slow" | "keys" | "restarted";

/**
 * What staff want of the recording.
 */
export type RecordingAction = "start" | "pause" | "resume" | "stop";

/**
 * How the recording stands.
 */
export type RecordingState = "off" | "starting" | "on" | "paused" | "failed";

/**
 * Why a recording rests.
 */
export type RestReason = "staff" | "consent" | "apart" | "failure";

/**
 * Whom and what staff saw when they let somebody in.
 */
export type Shown = { 
/**
 * The name.
 */
display_name: string, 
/**
 * The start of the visit (RFC 3339).
 */
starts_at: string, };

/**
 * Something staff goes on without.
 */
export type Skip = { 
/**
 * What.
 */
gate: Gate, 
/**
 * Why, in staff's words.
 */
reason: string, };

/**
 * Something staff goes on without, and whose it is.
 */
export type SkipOf = { 
/**
 * Whose.
 */
participant: string, 
/**
 * What.
 */
gate: Gate, 
/**
 * Why, in staff's words.
 */
reason: string, };

/**
 * What is shown or said at a gate.
 */
export type Evidence = { "gate": "two_identifiers", 
/**
 * Date of birth.
 */
birth_date: string, 
/**
 * The second one.
 */
second: string, } | { "gate": "one_time_code", 
/**
 * Its digits.
 */
code: string, } | { "gate": "by_staff", 
/**
 * What was checked.
 */
checked: Gate, 
/**
 * By looking (a face, a document) or by asking.
 */
looked: boolean, 
/**
 * Whether it was as it should be.
 */
passed: boolean, } | { "gate": "location", 
/**
 * In their words.
 */
place: string, } | { "gate": "callback", 
/**
 * The number.
 */
number: string, } | { "gate": "privacy", 
/**
 * They are alone, or only with whom they want.
 */
alone: boolean, } | { "gate": "device", 
/**
 * The camera gives a picture.
 */
camera: boolean, 
/**
 * The microphone gives sound.
 */
microphone: boolean, 
/**
 * The server can be reached for media.
 */
line: boolean, };

/**
 * What a person says when they are asked to agree.
 */
export type ConsentAnswer = { "say": "give", 
/**
 * Which text.
 */
version: string, 
/**
 * In which language it was shown.
 */
language: string, } | { "say": "refuse" } | { "say": "withdraw" };

/**
 * Something a person is asked to agree to.
 */
export type ConsentAsk = { 
/**
 * To what.
 */
purpose: Purpose, 
/**
 * How much it is needed.
 */
need: Need, 
/**
 * Which text.
 */
version: string, 
/**
 * The language of the text (BCP 47): the person's own where there is one in it.
 */
language: string, 
/**
 * The text.
 */
text: string, 
/**
 * What they said; `null` while they have said nothing.
 */
agreed: boolean | null, };

/**
 * Something that has to be checked of a person.
 */
export type GateAsk = { 
/**
 * What.
 */
gate: Gate, 
/**
 * How much it is needed.
 */
need: Need, 
/**
 * When.
 */
point: Point, 
/**
 * How it can be passed, by the person themselves.
 */
by: Array<Method>, 
/**
 * Whether it is passed, or gone on without.
 */
through: boolean, 
/**
 * How often it was tried and not passed since it last was.
 */
failures: number, };

/**
 * What of a person is checked and agreed, for staff.
 */
export type Readiness = { 
/**
 * What is passed.
 */
passed: Array<Gate>, 
/**
 * What staff has gone on without.
 */
skipped: Array<Gate>, 
/**
 * What was tried and not passed.
 */
failed: Array<Gate>, 
/**
 * What is still needed before they can be let in.
 */
before_admission: Array<Gate>, 
/**
 * What is still needed before the visit can end.
 */
before_end: Array<Gate>, 
/**
 * What they have agreed to.
 */
agreed: Array<Purpose>, 
/**
 * What they have said no to.
 */
refused: Array<Purpose>, 
/**
 * Since when they wait (RFC 3339).
 */
waiting_since: string | null, 
/**
 * They wait longer than they should.
 */
waits_too_long: boolean, 
/**
 * They need an interpreter into their language.
 */
interpreter_needed: boolean, };

/**
 * To whom somebody writes.
 */
export type ChatTo = { "to": "everybody" } | { "to": "staff" } | { "to": "person", 
/**
 * Who.
 */
participant: string, } | { "to": "waiting" };

/**
 * A ready-made sentence for people who wait. It travels as its code: each page says it in the
 * language of whoever reads it.
 */
export type ReadyMade = { "code": "late", 
/**
 * By about how many minutes.
 */
minutes: number, } | { "code": "soon" } | { "code": "longer" } | { "code": "another" } | { "code": "trouble" } | { "code": "call" };

/**
 * One line of the chat.
 */
export type ChatLine = { 
/**
 * Its id (UUID version 7).
 */
id: string, 
/**
 * Who wrote it; all zeros for staff at the desk, who is nobody of the visit.
 */
from: string, 
/**
 * The part they play in the visit; `null` for the desk.
 */
role: Role | null, 
/**
 * To whom.
 */
to: ChatTo, 
/**
 * When (RFC 3339).
 */
at: string, 
/**
 * What; empty where it is ready-made.
 */
text: string, 
/**
 * What, as a ready-made sentence.
 */
ready: ReadyMade | null, };

/**
 * Somebody who is asked to come.
 */
export type Invitation = { 
/**
 * The part they play.
 */
role: Role, 
/**
 * Their language (BCP 47).
 */
language: string, 
/**
 * What the others see.
 */
display_name: string, 
/**
 * How they are related to the patient.
 */
relationship: Relationship | null, };

/**
 * A line of captions, as those read it who are together with whoever writes it.
 */
export type CaptionLine = { 
/**
 * Who writes it.
 */
from: string, 
/**
 * Its language (BCP 47).
 */
language: string, 
/**
 * The writer's number of the line.
 */
number: number, 
/**
 * The whole line so far; empty when it was taken back.
 */
text: string, 
/**
 * Whether it is finished.
 */
done: boolean, 
/**
 * When the server passed it on, by its own clock, in Unix milliseconds.
 */
at_ms: number, };

/**
 * What the page sends when the person presses the button. A GET redeems nothing, so that a
 * mail scanner which follows links uses none up.
 */
export type Redeem = { 
/**
 * `id.secret`, the part of the link behind the `#`.
 */
link: string, };

/**
 * A redeemed link.
 */
export type Session = { 
/**
 * Secret of this device; the first message on the WebSocket carries it.
 */
session: string, 
/**
 * The person's id in the visit.
 */
participant: string, 
/**
 * The part they play.
 */
role: Role, 
/**
 * Their name as the others see it.
 */
display_name: string, 
/**
 * Their language (BCP 47).
 */
language: string, 
/**
 * When the visit starts (RFC 3339).
 */
starts_at: string, 
/**
 * When it is planned to end (RFC 3339).
 */
ends_at: string, };

/**
 * Where a track comes from.
 */
export type Source = "microphone" | "camera" | "screen";

/**
 * What somebody has switched on.
 */
export type Sources = { 
/**
 * Voice.
 */
microphone: boolean, 
/**
 * Face.
 */
camera: boolean, 
/**
 * Screen.
 */
screen: boolean, };

/**
 * One picture on the person's own screen.
 */
export type View = { 
/**
 * Whose.
 */
participant: string, 
/**
 * Camera or screen.
 */
source: Source, 
/**
 * How tall it is drawn, in device pixels; zero pauses it.
 */
height: number, 
/**
 * The person has put it before the others.
 */
pinned: boolean, 
/**
 * Somebody signs in it: frame rate goes before resolution.
 */
signing: boolean, };

/**
 * What holds back the picture a person sends (`qualityLimitationReason`).
 */
export type Limited = "none" | "line" | "device";

/**
 * What a person's browser counts of what they heard and saw, since the last such message.
 */
export type Felt = { 
/**
 * Milliseconds the counts are of.
 */
span_ms: number, 
/**
 * Samples of sound played, of all voices.
 */
samples: number, 
/**
 * Of them, made up because the real ones were missing (`concealedSamples` without
 * `silentConcealedSamples`).
 */
concealed: number, 
/**
 * Mean time a sound waits in the jitter buffer, in milliseconds.
 */
jitter_buffer_ms: number, 
/**
 * Times a picture stood still.
 */
freezes: number, 
/**
 * Milliseconds pictures stood still in all.
 */
frozen_ms: number, 
/**
 * Frames a second of the best picture shown; `null` when none is.
 */
frames_per_second: number | null, 
/**
 * Its height in pixels; `null` when none is shown.
 */
height: number | null, 
/**
 * Kilobits a second the browser thinks its own line carries upwards; `null` if it does
 * not say.
 */
up_kbps: number | null, 
/**
 * What holds the person's own picture back, if anything.
 */
limited: Limited, };

/**
 * Who is to see a tutorial that staff starts.
 */
export type Audience = "visit" | "lobby";

/**
 * Whether a tutorial runs.
 */
export type Playing = "playing" | "paused" | "ended";

/**
 * A tutorial as one person is to see it.
 */
export type Playable = { 
/**
 * The tutorial.
 */
tutorial: string, 
/**
 * Its title, in the person's language where there is one.
 */
title: string, 
/**
 * The language of the film chosen for them.
 */
film: string, 
/**
 * The languages there are films in.
 */
films: Array<string>, 
/**
 * The language of the captions chosen for them; `null` where there are none they would read.
 */
caption: string | null, 
/**
 * The languages there are captions in.
 */
captions: Array<string>, 
/**
 * How long it is, in milliseconds.
 */
length_ms: number, };

/**
 * A tutorial that plays to several people at once.
 */
export type Showing = { 
/**
 * What.
 */
playable: Playable, 
/**
 * To whom.
 */
to: Audience, 
/**
 * Whether it runs.
 */
state: Playing, 
/**
 * Where it stood at `at_ms`; while it runs it goes on from there.
 */
position_ms: number, 
/**
 * A moment of the server's clock, in Unix milliseconds.
 */
at_ms: number, };

/**
 * How a visit is interpreted.
 */
export type InterpretingMode = "consecutive" | "simultaneous";

/**
 * How loud somebody is to be heard. A page moves between them by a ramp, never by a jump.
 */
export type Level = "silent" | "ducked" | "full";

/**
 * How loud one person is to be heard.
 */
export type Heard = { 
/**
 * Who.
 */
participant: string, 
/**
 * How loud.
 */
level: Level, };

/**
 * What an interpreter does at the moment.
 */
export type Direction = { 
/**
 * The language they listen for.
 */
from: string, 
/**
 * The language they speak; its channel is theirs, or their partner's.
 */
into: string, };

/**
 * A language one can listen to.
 */
export type Channel = { 
/**
 * Which.
 */
language: string, 
/**
 * It is spoken with the hands: nothing is lowered under it.
 */
signed: boolean, 
/**
 * Who speaks into it; `null` while nobody does, and the floor is heard as it is.
 */
active: string | null, 
/**
 * Whose it is, while their connection is gone. They have it again when they are back, unless
 * somebody takes it over.
 */
awaited: string | null, 
/**
 * Interpreters into this language who rest, and can take over.
 */
passive: Array<string>, };

/**
 * A sign language that somebody in the visit uses. Browsers know no names of them.
 */
export type SignLanguage = { 
/**
 * Its code, as in `channels`.
 */
language: string, 
/**
 * What those call it, in writing, who sign it.
 */
name: string, };

/**
 * How long an interpreter has had a channel in this visit.
 */
export type Worked = { 
/**
 * Until they last paused; while they work, zero.
 */
seconds: number, 
/**
 * While they work: as if they had begun then and gone on since (RFC 3339).
 */
since: string | null, };

/**
 * Whether a standard was met.
 */
export type Verdict = "met" | "not_met" | "not_measured";

/**
 * What a finding is about.
 */
export type Measure = "smooth_permille" | "prompt_permille" | "sharp_permille" | "clear_permille" | "concealed_permille" | "setup_ms";

/**
 * One standard, over the last minute of a line.
 */
export type StandardNow = { 
/**
 * Its number.
 */
number: number, 
/**
 * Whether it is kept.
 */
verdict: Verdict, 
/**
 * What of it is not.
 */
not_met: Array<Measure>, };

/**
 * How an interpreter's line keeps the four standards, over its last minute.
 */
export type StandardsNow = { 
/**
 * Whose line.
 */
interpreter: string, 
/**
 * The four, in their order.
 */
standards: Array<StandardNow>, };

/**
 * What is spoken of when a medicine is explained (42 CFR 456.705(c)(2) names most of them).
 */
export type Topic = "purpose" | "how_to_take" | "side_effects" | "interactions" | "missed_dose" | "storage" | "refill" | "teach_back";

/**
 * How somebody could see and hear in the visit, as they say themselves.
 */
export type Experience = "good" | "fair" | "bad";

/**
 * The answer to the one question of the end page.
 */
export type Told = { 
/**
 * How it was.
 */
experience: Experience, };

/**
 * What becomes of a still picture that was asked for.
 */
export type StillState = "asked" | "refused" | "ready";

/**
 * How a person's line does.
 */
export type LineState = "good" | "weak" | "bad";

/**
 * What was done about a line.
 */
export type LineStep = "smaller" | "slower" | "still" | "sound_only" | "protected" | "thin" | "own_less";

/**
 * How one person's line does, and what was done about it.
 */
export type PersonLine = { 
/**
 * Whose.
 */
participant: string, 
/**
 * How it does.
 */
state: LineState, 
/**
 * What was done.
 */
steps: Array<LineStep>, };

/**
 * What a client says.
 */
export type ClientMessage = { "t": "hello", 
/**
 * From the redeemed link.
 */
session: string, } | { "t": "offer", 
/**
 * Counts this page's offers; whatever is said about this one carries the number too.
 */
number: number, 
/**
 * SDP.
 */
sdp: string, 
/**
 * What is switched on.
 */
sources: Sources, } | { "t": "restart_ice", 
/**
 * Number of the offer whose connection it is.
 */
number: number, 
/**
 * The client's new user name fragment (`a=ice-ufrag`).
 */
ufrag: string, 
/**
 * And its password (`a=ice-pwd`).
 */
password: string, } | { "t": "switch", 
/**
 * What is on now.
 */
sources: Sources, } | { "t": "show", 
/**
 * The pictures.
 */
views: Array<View>, 
/**
 * Whether the person has chosen to spend little data.
 */
data_saver: boolean, } | { "t": "felt", 
/**
 * The counts.
 */
felt: Felt, } | { "t": "admit", 
/**
 * Who.
 */
participant: string, 
/**
 * Whom and what they saw as they did it; left out, nothing is compared.
 */
shown: Shown | null, 
/**
 * What they go on without, and why.
 */
skip: Array<Skip>, } | { "t": "decline", 
/**
 * Who.
 */
participant: string, } | { "t": "remove", 
/**
 * Who.
 */
participant: string, } | { "t": "leave" } | { "t": "end", 
/**
 * How it ended.
 */
outcome: Outcome | null, 
/**
 * What they go on without, whose, and why.
 */
skip: Array<SkipOf>, } | { "t": "check", 
/**
 * Whose gate; left out, one's own.
 */
participant: string | null, 
/**
 * What is shown or said.
 */
evidence: Evidence, } | { "t": "deviate", 
/**
 * Whose, what, and why.
 */
skip: SkipOf, } | { "t": "consent", 
/**
 * Whose consent; left out, one's own.
 */
participant: string | null, 
/**
 * To what.
 */
purpose: Purpose, 
/**
 * What they say.
 */
answer: ConsentAnswer, } | { "t": "chat", 
/**
 * To whom.
 */
to: ChatTo, 
/**
 * What; empty where it is ready-made.
 */
text: string, 
/**
 * A ready-made sentence instead, for those who wait.
 */
ready?: ReadyMade, } | { "t": "caption", 
/**
 * The language it is written in (BCP 47).
 */
language: string, 
/**
 * Number of the line: another than that of the line before begins a new one.
 */
number: number, 
/**
 * The whole line so far; empty takes it back.
 */
text: string, 
/**
 * Whether it is finished; a finished line is not changed any more.
 */
done: boolean, } | { "t": "sidebar", 
/**
 * With whom.
 */
with: Array<string>, } | { "t": "close_sidebar" } | { "t": "set_apart", 
/**
 * Who.
 */
participant: string, 
/**
 * Why: `hold` or `confidential`.
 */
why: Apart, } | { "t": "bring_back", 
/**
 * Who.
 */
participant: string, } | { "t": "invite", 
/**
 * Who.
 */
person: Invitation, } | { "t": "renew_link", 
/**
 * Who.
 */
participant: string, } | { "t": "offer_hand_over", 
/**
 * Who.
 */
to: string, } | { "t": "accept_hand_over" } | { "t": "extend", 
/**
 * By how much.
 */
minutes: number, } | { "t": "start_segment", 
/**
 * Its place in the plan, from zero.
 */
segment: number, } | { "t": "settle_no_show", 
/**
 * Whether it is.
 */
confirmed: boolean, } | { "t": "record", 
/**
 * What.
 */
action: RecordingAction, } | { "t": "start_lesson", 
/**
 * Which.
 */
tutorial: string, 
/**
 * To whom.
 */
to: Audience, } | { "t": "steer_lesson", 
/**
 * Whether it runs.
 */
playing: boolean, 
/**
 * From where on, in milliseconds.
 */
position_ms: number, } | { "t": "stop_lesson" } | { "t": "offer_lessons", 
/**
 * The tutorials.
 */
tutorials: Array<string>, } | { "t": "watched", 
/**
 * The tutorial.
 */
tutorial: string, 
/**
 * The language of the film.
 */
language: string, 
/**
 * How much of it, in percent.
 */
percent: number, } | { "t": "listen", 
/**
 * The language of a channel; `null` is the floor.
 */
language: string | null, } | { "t": "set_interpreting", 
/**
 * How.
 */
mode: InterpretingMode, } | { "t": "set_direction", 
/**
 * Which way; `null` gives the channel up.
 */
direction: Direction | null, } | { "t": "offer_channel", 
/**
 * Whom.
 */
to: string, } | { "t": "take_channel" } | { "t": "set_voice_only", 
/**
 * Whose.
 */
participant: string, 
/**
 * Whether only voices go.
 */
on: boolean, } | { "t": "cover_topic", 
/**
 * Which.
 */
topic: Topic, } | { "t": "ask_still", 
/**
 * Whose.
 */
participant: string, } | { "t": "refuse_still", 
/**
 * Which.
 */
still: string, } | { "t": "clock", 
/**
 * Any number of the page's own, given back with the answer.
 */
sent: number, } | { "t": "ping" };

/**
 * Where this person stands. After every one but `early`, `waiting` and `admitted` the server closes
 * the socket, and the client does not come back by itself.
 */
export type Standing = "waiting" | "admitted" | "declined" | "removed" | "left" | "ended" | "cancelled" | "early" | "missed" | "replaced";

/**
 * What this person may do beyond their own microphone and camera.
 */
export type Capability = "speak" | "show_face" | "share_screen" | "hear" | "see" | "caption" | "interpret" | "steer_interpreting" | "admit" | "remove" | "invite" | "sidebar" | "record" | "extend" | "hand_over" | "teach" | "counsel" | "ask_still" | "end";

/**
 * Where somebody is.
 */
export type Presence = "expected" | "waiting" | "here" | "reconnecting";

/**
 * Somebody in the visit, as another may see them.
 */
export type Person = { 
/**
 * Their id.
 */
participant: string, 
/**
 * Their name.
 */
display_name: string, 
/**
 * The part they play.
 */
role: Role, 
/**
 * Their language (BCP 47).
 */
language: string, 
/**
 * Where they are.
 */
presence: Presence, 
/**
 * What they have switched on.
 */
sources: Sources, 
/**
 * How they are related to the patient.
 */
relationship: Relationship | null, 
/**
 * Whether they lead the visit.
 */
leads: boolean, 
/**
 * Why they are out of the room's media, if they are.
 */
apart: Apart | null, 
/**
 * Whether they confer apart from the others.
 */
in_sidebar: boolean, 
/**
 * Whether no picture is sent to them or from them, so that their line has room for voices.
 */
voice_only: boolean, 
/**
 * What of them is checked and agreed; told to staff only.
 */
readiness: Readiness | null, };

/**
 * What plays in a slot.
 */
export type Bound = { 
/**
 * Whose.
 */
participant: string, 
/**
 * What.
 */
source: Source, };

/**
 * A receive slot and what plays there.
 */
export type Slot = { 
/**
 * The media line of the client's own offer (`a=mid`).
 */
mid: string, 
/**
 * Who plays there; `null` when the slot is free.
 */
bound: Bound | null, };

/**
 * Why a picture is what it is.
 */
export type Cause = "as_wanted" | "your_line" | "their_side" | "not_shown" | "data_saver" | "the_server";

/**
 * How many of a picture's frames are sent.
 */
export type Motion = "still" | "slow" | "half" | "full";

/**
 * How the voices are sent to this person.
 */
export type Sound = "plain" | "protected" | "thin";

/**
 * What is worth sending of one simulcast layer.
 */
export type LayerWorth = { 
/**
 * Whether anybody watches it; the client pauses it if not.
 */
watched: boolean, 
/**
 * The most kilobits a second it should take; `null` leaves it to the client.
 */
kbps_max: number | null, };

/**
 * What this person is given of one picture, and why.
 */
export type Delivery = { 
/**
 * Whose picture.
 */
participant: string, 
/**
 * Camera or screen.
 */
source: Source, 
/**
 * The layer that fits the size shown; zero is the smallest.
 */
wanted: number, 
/**
 * The layer sent; `null` while it is paused.
 */
given: number | null, 
/**
 * How much it moves.
 */
motion: Motion, 
/**
 * Why given differs from wanted.
 */
cause: Cause, };

/**
 * Why something was not done. A page makes a sentence of it in the person's language.
 */
export type RefusalCode = "bad_message" | "bad_session" | "not_allowed" | "not_admitted" | "no_such_person" | "visit_over" | "bad_offer" | "room_full" | "server_full" | "door_closed" | "mismatch" | "gate_closed" | "consent_missing" | "too_many_tries" | "visit_full" | "no_such_tutorial" | "not_now" | "recording_not_allowed" | "recording_unavailable" | "recording_refused" | "captions_not_agreed" | "too_many" | "fault";

/**
 * Numbers of receive slots.
 */
export type SlotCount = { 
/**
 * Audio lines.
 */
audio: number, 
/**
 * Video lines.
 */
video: number, };

/**
 * What the server says.
 */
export type ServerMessage = { "t": "welcome", 
/**
 * The person's own id.
 */
you: string, 
/**
 * The part they play.
 */
role: Role, 
/**
 * Where they stand.
 */
standing: Standing, 
/**
 * What they may do.
 */
can: Array<Capability>, 
/**
 * When the visit starts (RFC 3339).
 */
starts_at: string, 
/**
 * When it is planned to end (RFC 3339).
 */
ends_at: string, 
/**
 * When the door opens to those who are not staff (RFC 3339).
 */
opens_at: string, 
/**
 * How many receive slots of each kind the offer is to hold.
 */
slots: SlotCount, 
/**
 * Whether the server still holds this page's media connection. When it does not, an
 * admitted client offers.
 */
media_up: boolean, } | { "t": "standing", 
/**
 * Where they stand now.
 */
standing: Standing, } | { "t": "people", 
/**
 * Everybody but oneself.
 */
people: Array<Person>, 
/**
 * Whether staff is in the visit; all that somebody who waits may know.
 */
staff_here: boolean, 
/**
 * Why the person themselves is out of the room's media, if they are.
 */
apart: Apart | null, 
/**
 * Whether they themselves confer apart from the others.
 */
in_sidebar: boolean, 
/**
 * Whether they themselves lead the visit.
 */
leads: boolean, 
/**
 * Whether no picture is sent to them or from them.
 */
voice_only: boolean, } | { "t": "outcome", 
/**
 * How.
 */
outcome: Outcome, } | { "t": "answer", 
/**
 * Number of the offer.
 */
number: number, 
/**
 * SDP.
 */
sdp: string, } | { "t": "ice_restarted", 
/**
 * Number of the offer whose connection it is.
 */
number: number, 
/**
 * The client's user name fragment this answers; that of an earlier try is to be ignored.
 */
to: string, 
/**
 * The server's user name fragment (`a=ice-ufrag`).
 */
ufrag: string, 
/**
 * And its password (`a=ice-pwd`).
 */
password: string, } | { "t": "slots", 
/**
 * All slots.
 */
slots: Array<Slot>, } | { "t": "watched", 
/**
 * Camera or screen.
 */
source: Source, 
/**
 * One entry a layer.
 */
layers: Array<LayerWorth>, } | { "t": "voice_wanted", 
/**
 * Opus kilobits a second.
 */
kbps: number, 
/**
 * Milliseconds of sound a packet, where the browser can choose.
 */
packet_ms: number, 
/**
 * Whether to send each word twice (RFC 2198), because the way up loses packets.
 */
redundant: boolean, } | { "t": "speakers", 
/**
 * The people.
 */
participants: Array<string>, } | { "t": "delivered", 
/**
 * How the voices are sent.
 */
sound: Sound, 
/**
 * One entry a picture.
 */
deliveries: Array<Delivery>, } | { "t": "media_lost", 
/**
 * Number of the offer whose connection it was.
 */
number: number, } | { "t": "refused", 
/**
 * Kind of the message that was refused (`t`), or empty.
 */
to: string, 
/**
 * Why.
 */
code: RefusalCode, 
/**
 * Number of the offer that was refused, or whose connection it is about; `null` for
 * anything else.
 */
number: number | null, } | { "t": "asks", 
/**
 * What they are asked to agree to.
 */
consents: Array<ConsentAsk>, 
/**
 * What has to be checked.
 */
gates: Array<GateAsk>, } | { "t": "queue", 
/**
 * From one; one is next.
 */
position: number, 
/**
 * How long it is likely to take, in minutes; `null` where that cannot be told.
 */
wait_minutes: number | null, } | { "t": "chat", 
/**
 * What.
 */
line: ChatLine, } | { "t": "caption", 
/**
 * The line, in the place of what it was before.
 */
line: CaptionLine, } | { "t": "schedule", 
/**
 * When it starts (RFC 3339).
 */
starts_at: string, 
/**
 * When it is planned to end (RFC 3339).
 */
ends_at: string, 
/**
 * Its parts.
 */
segments: Array<SegmentKind>, 
/**
 * The part it is in.
 */
segment: number | null, 
/**
 * Since when it is in it (RFC 3339).
 */
segment_since: string | null, 
/**
 * What was spoken of in a counselling; told to whoever counsels.
 */
topics: Array<Topic>, 
/**
 * Who is asked to lead.
 */
hand_over_to: string | null, 
/**
 * A no-show is proposed, and staff is to say whether it is one.
 */
no_show_proposed: boolean, 
/**
 * It goes on after its planned end.
 */
overran: boolean, } | { "t": "recording", 
/**
 * How it stands.
 */
state: RecordingState, 
/**
 * Whether this person's own voice and picture may be in it.
 */
taken: boolean, 
/**
 * Why it rests.
 */
why: RestReason | null, 
/**
 * What is wrong with it; told to staff only.
 */
failure: RecordingFailure | null, 
/**
 * Since when it stands so (RFC 3339); `null` while there is none.
 */
since: string | null, } | { "t": "invited", 
/**
 * Who.
 */
participant: string, 
/**
 * The link.
 */
link: string, } | { "t": "lesson", 
/**
 * What plays, to them or as they may steer it.
 */
showing: Showing | null, 
/**
 * What they may watch by themselves while they wait.
 */
offered: Array<Playable>, } | { "t": "hearing", 
/**
 * How the visit is interpreted.
 */
mode: InterpretingMode, 
/**
 * The languages one can listen to.
 */
channels: Array<Channel>, 
/**
 * The language this person listens to: chosen, or their own while an interpreter for it
 * is there. `null` is the floor.
 */
listens: string | null, 
/**
 * Everybody else in the visit.
 */
heard: Array<Heard>, 
/**
 * Which way this interpreter works.
 */
direction: Direction | null, 
/**
 * Who asks this interpreter to take their channel over.
 */
offered_by: string | null, 
/**
 * The sign languages of the people in the visit, and what they are called.
 */
sign_languages: Array<SignLanguage>, 
/**
 * Whose hands this person is to see: large, and smooth before sharp, unless they choose
 * otherwise.
 */
signers: Array<string>, 
/**
 * How long this interpreter has worked; `null` to everybody else.
 */
worked: Worked | null, } | { "t": "standards", 
/**
 * One for each interpreter.
 */
lines: Array<StandardsNow>, } | { "t": "lines", 
/**
 * Everybody else in the visit of whom it is known.
 */
lines: Array<PersonLine>, } | { "t": "still_asked", 
/**
 * Its id.
 */
still: string, 
/**
 * Who asks, and alone will see it.
 */
by: string, } | { "t": "still", 
/**
 * Its id; once `ready`, `GET /v1/stills/{participant}/{still}` gives it.
 */
still: string, 
/**
 * Whose.
 */
participant: string, 
/**
 * What has become of it.
 */
state: StillState, } | { "t": "clock", 
/**
 * The page's number.
 */
sent: number, 
/**
 * What the server's clock says, in Unix milliseconds.
 */
at_ms: number, } | { "t": "going_away" } | { "t": "pong" };
