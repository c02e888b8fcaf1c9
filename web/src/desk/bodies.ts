// Bodies of the REST API that the desk reads and sends.
// Generated from signaling/openapi.json by `make generate`; do not edit.

export type Attempt = {
  at: string;
  error?: string | null;
  status?: number | null;
  took_ms: number;
};

export type AuditActor = {
  hash?: string | null;
  id?: string | null;
  kind: string;
};

export type AuditEntry = {
  actor: AuditActor;
  at: string;
  detail?: string | null;
  hash: string;
  outcome: string;
  seq: number;
  subject?: AuditPerson | null;
  verb: string;
  visit?: string | null;
};

export type AuditPage = {
  data: (AuditEntry)[];
  next_cursor?: string | null;
};

export type AuditPerson = {
  hash: string;
  id?: string | null;
};

export type Authority = 'health_care_proxy' | 'legal_guardian' | 'parent_of_minor' | 'power_of_attorney';

export type Cause = 'as_wanted' | 'your_line' | 'their_side' | 'not_shown' | 'data_saver' | 'the_server';

export type CauseCode = 'thin_line_down' | 'thin_line_up' | 'lossy_line_down' | 'lossy_line_up' | 'long_delay' | 'unstable_line' | 'weak_device' | 'server' | 'other_side' | 'none';

export type ConsentRule = {
  need: Need;
  purpose: Purpose;
  who: (Role)[];
};

export type Delivery = {
  at: string;
  attempts: (Attempt)[];
  message: string;
  next_attempt_at?: string | null;
  state: DeliveryState;
  type: WebhookType;
  visit?: string | null;
};

export type DeliveryPage = {
  data: (Delivery)[];
  next_cursor?: string | null;
};

export type DeliveryState = 'queued' | 'pending' | 'delivered' | 'given_up';

export type FeltSample = {
  concealed_permille?: number | null;
  frames_per_second?: number | null;
  freezes: number;
  frozen_permille: number;
  height?: number | null;
  jitter_buffer_ms: number;
  limited: Limited;
  up_kbps?: number | null;
};

export type Finding = {
  bound: number;
  measure: Measure;
  met: boolean;
  participant: string;
  value: number;
};

export type Gate = 'identity' | 'location' | 'callback' | 'privacy' | 'device';

export type GateRule = {
  gate: Gate;
  need: Need;
  point?: Point;
  who: (Role)[];
};

export type Heard = {
  concealed_permille?: number | null;
  jitter_buffer_ms?: Quantiles | null;
  mouth_to_ear_ms?: Quantiles | null;
  reported_seconds: number;
};

export type Interpreted = {
  language: string;
  participant: string;
  seconds: number;
};

export type Interpreting = {
  interpreter_present: boolean;
  signing: boolean;
  standards: (Standard)[];
};

export type Keep = {
  answer_days: number;
  chat_days: number;
  recording_days: number;
  visit_days: number;
};

export type Key = {
  created_at: string;
  expires_at?: string | null;
  former_until?: string | null;
  id: string;
  last_used_at?: string | null;
  name: string;
  scopes: (Scope)[];
  text?: string | null;
};

export type KeyList = {
  data: (Key)[];
};

export type LadderStep = {
  at: string;
  cause: Cause;
  from?: Step | null;
  participant: string;
  publisher?: string | null;
  source?: Source | null;
  step: Step;
};

export type Late = 'pause' | 'leave_out';

export type Layout = 'speaker' | 'grid';

export type LegQuality = {
  audio_score?: Score | null;
  estimate_kbps?: Quantiles | null;
  jitter_ms?: Quantiles | null;
  loss_permille?: Quantiles | null;
  queue_ms?: Quantiles | null;
  rate_kbps?: Quantiles | null;
  rtt_ms?: Quantiles | null;
};

export type LegSample = {
  audio_score?: number | null;
  estimate_kbps?: number | null;
  jitter_ms: number;
  loss_permille: number;
  queue_ms: number;
  rate_kbps: number;
  rtt_ms?: number | null;
};

export type Limited = 'none' | 'line' | 'device';

export type Measure = 'smooth_permille' | 'prompt_permille' | 'sharp_permille' | 'clear_permille' | 'concealed_permille' | 'setup_ms';

export type Method = 'stated' | 'two_identifiers' | 'one_time_code' | 'oidc' | 'visual' | 'staff' | 'measured';

export type MinuteSample = {
  at: string;
  audio_score?: number | null;
  audio_score_up?: number | null;
  concealed_permille?: number | null;
  estimate_down_kbps?: number | null;
  freezes: number;
  frozen_permille?: number | null;
  loss_down_permille: number;
  loss_up_permille: number;
  queue_down_ms: number;
  rate_down_kbps: number;
  rate_up_kbps: number;
  rtt_ms?: number | null;
  seconds: number;
  video_score?: number | null;
};

export type Mode = 'tracks' | 'composite';

export type Motion = 'still' | 'slow' | 'half' | 'full';

export type Need = 'off' | 'asked' | 'skippable' | 'required';

export type NewKey = {
  expires_at?: string | null;
  name: string;
  scopes: (Scope)[];
};

export type NewMessage = {
  ready?: ReadyMade | null;
  text?: string | null;
};

export type NewWebhook = {
  description?: string;
  signature?: SignatureScheme;
  types?: (WebhookType)[];
  url: string;
};

export type Outcome = 'completed' | 'follow_up' | 'in_person' | 'referred' | 'emergency' | 'technical' | 'not_held';

export type Participant = {
  authority?: Authority | null;
  display_name?: string | null;
  id: string;
  interpreter_needed?: boolean;
  language: string;
  link?: string | null;
  partner?: string | null;
  relationship?: Relationship | null;
  role: Role;
};

export type ParticipantQuality = {
  causes: (CauseCode)[];
  down: LegQuality;
  heard: Heard;
  interrupted_ms: number;
  interruptions: number;
  measured_seconds: number;
  participant: string;
  seen: Seen;
  sent: Sent;
  setup_ms?: number | null;
  up: LegQuality;
  worst_minute?: MinuteSample | null;
};

export type ParticipantSeries = {
  minutes: (MinuteSample)[];
  participant: string;
  seconds: (SecondSample)[];
};

export type PictureSample = {
  cause: Cause;
  given?: number | null;
  motion: Motion;
  wanted: number;
};

export type Point = 'admission' | 'end';

export type Policies = {
  data: (Policy)[];
};

export type Policy = {
  consents: (ConsentRule)[];
  gates: (GateRule)[];
  keep: Keep;
  name: string;
  recording?: RecordingRules;
  times: Times;
};

export type Purpose = 'telehealth' | 'recording' | 'captions' | 'observers';

export type Quantiles = {
  median: number;
  p95: number;
};

export type Queue = {
  being_seen: number;
  data: (QueueEntry)[];
};

export type QueueEntry = {
  position: number;
  urgent: boolean;
  visit: string;
  wait_minutes?: number | null;
  waiting_since: string;
};

export type ReadyMade = {
  code: 'late';
  minutes: number;
} | {
  code: 'soon';
} | {
  code: 'longer';
} | {
  code: 'another';
} | {
  code: 'trouble';
} | {
  code: 'call';
};

export type Recording = {
  failure?: RecordingFailure | null;
  id: string;
  since: string;
  state: RecordingState;
  why?: RestReason | null;
};

export type RecordingFailure = 'not_started' | 'disk_full' | 'disk' | 'store' | 'too_slow' | 'keys' | 'restarted';

export type RecordingRules = {
  late?: Late;
  layout?: Layout;
  mode?: Mode;
};

export type RecordingState = 'off' | 'starting' | 'on' | 'paused' | 'failed';

export type Relationship = 'partner' | 'child' | 'parent' | 'sibling' | 'relative' | 'friend' | 'caregiver';

export type Replay = {
  message?: string | null;
  since?: string | null;
  visit?: string | null;
};

export type Replayed = {
  messages: number;
  next_since?: string | null;
};

export type RestReason = 'staff' | 'consent' | 'apart' | 'failure';

export type Role = 'patient' | 'proxy' | 'family' | 'clinician' | 'pharmacist' | 'interpreter' | 'captioner' | 'observer' | 'coordinator';

export type RotateKey = {
  overlap_seconds?: number;
};

export type Scope = 'visits:read' | 'visits:write' | 'webhooks:read' | 'webhooks:write' | 'audit:read' | 'keys:write' | 'recordings:read' | 'recordings:write' | 'tutorials:read' | 'tutorials:write' | 'admin';

export type Score = {
  median: number;
  p5: number;
};

export type SecondSample = {
  at: string;
  down: LegSample;
  felt?: FeltSample | null;
  given_kbps: number;
  picture?: PictureSample | null;
  sound: Sound;
  up: LegSample;
  video_score?: number | null;
  wanted_kbps: number;
};

export type Seen = {
  frames_per_second?: Quantiles | null;
  freezes: number;
  freezes_per_minute?: number | null;
  frozen_permille?: number | null;
  height?: Quantiles | null;
  steps: (StepShare)[];
  video_score?: Score | null;
};

export type Segment = {
  kind: SegmentKind;
  led_by: (Role)[];
  minutes: number;
};

export type SegmentKind = 'consultation' | 'counselling' | 'social_work' | 'education' | 'other';

export type Sent = {
  limited_by_device_permille?: number | null;
  limited_by_line_permille?: number | null;
  up_kbps?: Quantiles | null;
};

export type SettleNoShow = {
  confirmed: boolean;
};

export type SignatureScheme = 'v1' | 'v1a';

export type Sound = 'plain' | 'protected' | 'thin';

export type Source = 'microphone' | 'camera' | 'screen';

export type Standard = {
  findings: (Finding)[];
  not_judged: string;
  number: number;
  title: string;
  verdict: Verdict;
};

export type Step = 'high' | 'medium' | 'low' | 'slow' | 'still' | 'paused' | 'plain_sound' | 'protected_sound' | 'thin_sound';

export type StepShare = {
  cause: Cause;
  seconds: number;
  share_permille: number;
  step: Step;
};

export type Tested = {
  message: string;
};

export type Timeline = {
  data: (TimelineLine)[];
};

export type TimelineLine = {
  about?: string | null;
  at: string;
  by?: string | null;
  event: string;
  method?: Method | null;
  outcome?: Outcome | null;
  participant?: string | null;
  queue?: string | null;
  reason?: string | null;
  recording?: string | null;
  seq: number;
  watched?: Watched | null;
};

export type Times = {
  early_minutes: number;
  late_minutes: number;
  no_show_minutes: number;
  place_kept_minutes: number;
  wait_breach_minutes: number;
};

export type Transfer = {
  display_name: string;
  from?: string | null;
  queue: string;
  starts_at: string;
};

export type Verdict = 'met' | 'not_met' | 'not_measured';

export type Visit = {
  created_at: string;
  duration_minutes: number;
  ends_at: string;
  follows?: string | null;
  id: string;
  participants: (Participant)[];
  partners?: (string)[];
  policy: string;
  queue?: string | null;
  recording?: Recording | null;
  reference?: string | null;
  segments?: (Segment)[];
  series?: string | null;
  starts_at: string;
  state: VisitState;
  urgent: boolean;
};

export type VisitPage = {
  data: (Visit)[];
  next_cursor?: string | null;
};

export type VisitQuality = {
  interpreted?: (Interpreted)[];
  interpreting: Interpreting;
  ladder: (LadderStep)[];
  ladder_left_out: number;
  measured_from?: string | null;
  measured_to?: string | null;
  method: number;
  participants: (ParticipantQuality)[];
  series?: (ParticipantSeries)[] | null;
  state: VisitState;
  visit: string;
};

export type VisitState = 'scheduled' | 'open' | 'live' | 'no_show_proposed' | 'ended' | 'cancelled' | 'no_show';

export type Watched = {
  language: string;
  percent: number;
  tutorial: string;
};

export type Webhook = {
  created_at: string;
  description: string;
  failing_since?: string | null;
  id: string;
  previous_until?: string | null;
  public_key?: string | null;
  secret?: string | null;
  signature: SignatureScheme;
  state: WebhookState;
  types: (WebhookType)[];
  url: string;
};

export type WebhookList = {
  data: (Webhook)[];
};

export type WebhookPatch = {
  description?: string | null;
  enabled?: boolean | null;
  types?: (WebhookType)[] | null;
  url?: string | null;
};

export type WebhookState = 'enabled' | 'disabled' | 'gone';

export type WebhookType = 'VisitCreated' | 'VisitRescheduled' | 'VisitTransferred' | 'VisitExtended' | 'VisitOpened' | 'VisitStarted' | 'VisitOverran' | 'VisitNoShowProposed' | 'VisitNoShowDismissed' | 'VisitNoShow' | 'VisitEnded' | 'VisitCancelled' | 'ParticipantInvited' | 'ParticipantUninvited' | 'ParticipantAmended' | 'ParticipantLinkRenewed' | 'ParticipantWaiting' | 'ParticipantAdmitted' | 'ParticipantDeclined' | 'ParticipantRemoved' | 'ParticipantLeft' | 'ParticipantLost' | 'ParticipantReturned' | 'ParticipantSetApart' | 'ParticipantBroughtBack' | 'WaitBreached' | 'IdentityVerified' | 'CheckPassed' | 'CheckFailed' | 'CheckSkipped' | 'ConsentGranted' | 'ConsentRefused' | 'ConsentWithdrawn' | 'SidebarOpened' | 'SidebarClosed' | 'HandoverOffered' | 'HandoverAccepted' | 'SegmentStarted' | 'RecordingAsked' | 'RecordingStarted' | 'RecordingPaused' | 'RecordingResumed' | 'RecordingStopped' | 'RecordingSealed' | 'RecordingShredded' | 'RecordingErased' | 'RecordingFailed' | 'LessonStarted' | 'LessonChanged' | 'LessonEnded' | 'LessonStopped' | 'LessonOffered' | 'TutorialWatched' | 'InterpretingChanged' | 'InterpreterTurned' | 'ChannelOffered' | 'ChannelTaken' | 'ListeningChosen' | 'ModalityChanged' | 'TopicCovered' | 'StillGiven' | 'ExperienceTold' | 'Ping';

export type Written = {
  missed: number;
  people: number;
  visits: number;
};
