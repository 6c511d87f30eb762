/**
 * What travels on the wire, as `asyncapi.yaml` describes it; a test holds the two to each other. Offsets, lengths and
 * credit are UTF-16 units here, as JavaScript counts. Times are milliseconds, risks are probabilities in [0, 1].
 */

/** How far moderation may go. In `gate` mode the reader sees only what was released. */
export type Mode = 'monitor' | 'stream' | 'gate';
/** What offsets count. */
export type Units = 'codepoint' | 'utf16' | 'utf8';
/** What a policy decided. */
export type Action = 'pass' | 'flag' | 'redact' | 'stop';
/** How bad a text is. */
export type Severity = 'safe' | 'controversial' | 'unsafe';
/** How a stream that was not stopped came out. */
export type Verdict = 'pass' | 'flagged' | 'cancelled';
/** Whether a decision was right, as a reviewer sees it. */
export type FeedbackVerdict = 'right_stop' | 'wrong_stop' | 'missed' | 'right_pass';
/** Why the server refused something. */
export type ErrorCode =
  | 'bad_json'
  | 'bad_message'
  | 'unknown_type'
  | 'unknown_stream'
  | 'duplicate_stream'
  | 'unknown_policy'
  | 'unknown_receipt'
  | 'gap'
  | 'too_many_streams'
  | 'message_too_large'
  | 'credit_exceeded'
  | 'idle'
  | 'overloaded'
  | 'resume_unavailable'
  | 'unauthorized'
  | 'forbidden'
  | 'draining'
  | 'internal';
/** What kind of harm; a closed list. */
export type Category =
  | 'violent_crimes'
  | 'nonviolent_crimes'
  | 'sex_crimes'
  | 'child_exploitation'
  | 'weapons_cbrn'
  | 'self_harm'
  | 'intellectual_property'
  | 'privacy'
  | 'defamation'
  | 'hate'
  | 'sexual_content'
  | 'specialized_advice'
  | 'harassment'
  | 'profanity'
  | 'jailbreak_injection'
  | 'fraud_scams'
  | 'cyber_malware'
  | 'drugs_regulated'
  | 'misinformation'
  | 'other'
  | 'opaque'
  | 'unscored';

/** One message of what the text answers. */
export interface PromptMessage {
  role: string;
  content: string;
}

/** What was decided about the messages of an `open`. */
export interface PromptVerdict {
  risk: number;
  action: Action;
}

/** Begins a stream. */
export interface Open {
  type: 'open';
  stream: string;
  policy?: string;
  mode?: Mode;
  units?: Units;
  conversation?: string;
  channel?: string;
  messages?: PromptMessage[];
  meta?: Record<string, string>;
  resume?: string;
}

/** The next piece of a text; `at` is where it begins. */
export interface Delta {
  type: 'delta';
  stream: string;
  text: string;
  at?: number;
}

/** The generator stalled: score the tail provisionally. */
export interface Flush {
  type: 'flush';
  stream: string;
}

/** The text is complete. */
export interface End {
  type: 'end';
  stream: string;
  length?: number;
}

/** The client wants no more of this stream. */
export interface Cancel {
  type: 'cancel';
  stream: string;
}

/** A reviewer's judgement of a decision. */
export interface Feedback {
  type: 'feedback';
  id: string;
  receipt: string;
  verdict: FeedbackVerdict;
  categories?: Category[];
}

export type ClientMessage = Open | Delta | Flush | End | Cancel | Feedback;

/** The stream is under moderation. */
export interface Opened {
  type: 'opened';
  stream: string;
  policy: string;
  mode: Mode;
  units: Units;
  prompt?: PromptVerdict;
  credit: number;
  resume?: string;
}

/** Text before `through` is cleared; never goes back. */
export interface Released {
  type: 'released';
  stream: string;
  through: number;
  risk: number;
  coarse?: boolean;
  unscored?: boolean;
  asleep?: string[];
}

/** A span that the policy reports but lets pass. */
export interface Flagged {
  type: 'flagged';
  stream: string;
  from: number;
  to: number;
  category: Category;
  risk: number;
  receipt: string;
  late?: boolean;
}

/** A span to show as `replacement`; comes before any `released` beyond its `from`. */
export interface Redacted {
  type: 'redacted';
  stream: string;
  from: number;
  to: number;
  category: Category;
  replacement: string;
}

/** The generation must end. */
export interface Stopped {
  type: 'stopped';
  stream: string;
  /** End of the token that crossed. */
  at: number;
  /** Estimated start of the harm. */
  onset: number;
  /** What the reader may have seen. */
  released: number;
  /** The part of it after the onset. */
  exposure: number;
  category: Category;
  categories: Category[];
  severity: Severity;
  risk: number;
  /** Null when a learned expert decided. */
  rule: string | null;
  policy: string;
  /** May be shown to the reader. */
  message: string;
  receipt: string;
}

/** The whole text was decided, or the client cancelled. */
export interface Ended {
  type: 'ended';
  stream: string;
  through: number;
  verdict: Verdict;
  maxRisk: number;
  receipt: string;
  coarse?: boolean;
  unscored?: boolean;
  asleep?: string[];
}

/** Room for more text; without `stream`, for the whole connection. */
export interface Credit {
  type: 'credit';
  stream?: string;
  add: number;
}

/** The feedback is kept. */
export interface FeedbackRecorded {
  type: 'feedback_recorded';
  id: string;
  receipt: string;
}

/** Something was refused or failed; with `final`, its stream is over. */
export interface ErrorMessage {
  type: 'error';
  stream?: string;
  code: ErrorCode;
  final?: boolean;
  field?: string;
  message: string;
  retryAfterMs?: number;
}

export type ServerMessage =
  | Opened
  | Released
  | Flagged
  | Redacted
  | Stopped
  | Ended
  | Credit
  | FeedbackRecorded
  | ErrorMessage;
