// The messages of `visit.v1` and of link redemption.
// Generated from signaling/api by `make generate`; do not edit.

export const SUBPROTOCOL = "visit.v1";
export const MESSAGE_BYTES_MAX = 65536;

/**
 * The part somebody plays in a visit.
 */
export type Role = "patient" | "proxy" | "family" | "clinician" | "pharmacist" | "interpreter" | "captioner" | "observer" | "coordinator";

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
sources: Sources, } | { "t": "switch", 
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
participant: string, } | { "t": "decline", 
/**
 * Who.
 */
participant: string, } | { "t": "remove", 
/**
 * Who.
 */
participant: string, } | { "t": "leave" } | { "t": "end" } | { "t": "ping" };

/**
 * Where this person stands. After every one but `waiting` and `admitted` the server closes
 * the socket, and the client does not come back by itself.
 */
export type Standing = "waiting" | "admitted" | "declined" | "removed" | "left" | "ended" | "cancelled" | "replaced";

/**
 * What this person may do beyond their own microphone and camera.
 */
export type Capability = "speak" | "show_face" | "share_screen" | "admit" | "remove" | "end";

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
sources: Sources, };

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
export type RefusalCode = "bad_message" | "bad_session" | "not_allowed" | "not_admitted" | "no_such_person" | "visit_over" | "bad_offer" | "room_full" | "server_full" | "too_many" | "fault";

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
staff_here: boolean, } | { "t": "answer", 
/**
 * Number of the offer.
 */
number: number, 
/**
 * SDP.
 */
sdp: string, } | { "t": "slots", 
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
 * Number of the offer that was refused; `null` for anything else.
 */
number: number | null, } | { "t": "going_away" } | { "t": "pong" };
