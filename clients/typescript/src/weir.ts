/**
 * Moderates many texts over one WebSocket, in browsers and in Node. No dependency.
 *
 * Offsets are UTF-16 units, as JavaScript counts. In gate mode the reader gets what was released, redactions replaced; in
 * the modes monitor and stream all text, once the server has opened the stream and the text was sent. A lost connection
 * is opened again after a random wait of 0 to 5 s, whose bound doubles to 60 s until the server is heard again; open
 * streams then send their whole text again and show nothing twice.
 */
import type {
  ClientMessage,
  Ended,
  ErrorCode,
  Feedback,
  Mode,
  Open,
  PromptMessage,
  Redacted,
  ServerMessage,
  Stopped,
} from './messages.js';

export type * from './messages.js';

declare function setTimeout(task: () => void, ms: number): unknown;
declare const console: { warn(...what: unknown[]): void };

const SUBPROTOCOL = 'weir.v1+json';
const BEARER = 'weir.bearer.';
const INITIAL_CREDIT = 8_192;
const MAX_DELTA = 4_096;
const OPEN = 1; // WebSocket.readyState
const IN_VAIN = new Set([1002, 1003, 1007, 1009, 4400, 4401, 4403]); // trying again would end the same

/** What a WebSocket must do to be used here; those of browsers, of Node 22 and of the package `ws` do. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[], options?: any) => WebSocketLike;

export interface Settings {
  /**
   * Who is connecting. A constructor passed as `WebSocket` gets it as `Authorization: Bearer`; the global one cannot send
   * headers, so there it is one more subprotocol, `weir.bearer.<token>`.
   */
  token?: string;
  /** Absent: the global one, which browsers and Node 22 have. In Node 20 pass that of the package `ws`. */
  WebSocket?: WebSocketConstructor;
  firstBackoffMs?: number;
  longestBackoffMs?: number;
  /** Draws from [0, 1) for the waits. */
  random?: () => number;
  /** Runs a task after so many milliseconds. */
  timer?: (ms: number, task: () => void) => unknown;
  /** Sees every message of the server before the client acts on it. */
  onMessage?: (message: ServerMessage) => void;
}

/** What a client may say about a stream; what it leaves out, the server decides. */
export interface StreamOptions {
  /** 1 to 128 printable ASCII characters, used once by a client; absent for a generated name. */
  stream?: string;
  policy?: string;
  mode?: Mode;
  /** Shared by the streams of one reply and the turns before it. */
  conversation?: string;
  /** `content`, `reasoning` or `tool`, or one with a choice: `content/1`. */
  channel?: string;
  /** What the text answers, oldest first. */
  messages?: PromptMessage[];
  /** Labels for reports. */
  meta?: Record<string, string>;
  /** Sees every message about this stream before the stream acts on it. */
  onMessage?: (message: ServerMessage) => void;
}

/** The stream broke off; what was not released by then is unmoderated. Without `code` the server said nothing. */
export interface Failed {
  kind: 'failed';
  code?: ErrorCode;
  message: string;
  retryAfterMs?: number;
}

/** How a stream came out. */
export type Outcome = ({ kind: 'ended' } & Ended) | ({ kind: 'stopped' } & Stopped) | Failed;

/** A stream or a connection that cannot go on; the message says why and holds nothing of the text. */
export class WeirError extends Error {
  override readonly name = 'WeirError';

  constructor(
    message: string,
    readonly code?: ErrorCode,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

class Unreadable extends Error {}

interface PendingFeedback {
  message: Feedback;
  resolve: (receipt: string) => void;
  reject: (refused: WeirError) => void;
}

/** Many streams over one connection. */
export class WeirClient {
  readonly #url: string;
  readonly #settings: Required<Omit<Settings, 'token' | 'WebSocket'>>;
  readonly #makeSocket: () => WebSocketLike;
  readonly #streams = new Map<string, ModeratedStream>();
  readonly #feedback = new Map<string, PendingFeedback>();
  #socket: WebSocketLike | null = null; // while it is open
  #dialling: WebSocketLike | null = null; // while it is not yet
  #names = 0;
  #attempt = 0;
  #closed: string | null = null; // why nothing can be opened any more

  private constructor(url: string, settings: Settings) {
    this.#url = url;
    this.#settings = {
      firstBackoffMs: settings.firstBackoffMs ?? 5_000,
      longestBackoffMs: settings.longestBackoffMs ?? 60_000,
      random: settings.random ?? Math.random,
      timer: settings.timer ?? ((ms, task) => setTimeout(task, ms)),
      onMessage: settings.onMessage ?? (() => {}),
    };
    this.#makeSocket = socketMaker(url, settings);
  }

  /** Connects to `ws://host:port/v1/stream`. Rejects when the first attempt fails; later losses are repaired. */
  static async connect(url: string, settings: Settings = {}): Promise<WeirClient> {
    const client = new WeirClient(url, settings);
    await client.#dial();
    return client;
  }

  /** Opens a stream; text may be sent at once. */
  open({ onMessage = () => {}, ...options }: StreamOptions = {}): ModeratedStream {
    const name = options.stream ?? `s-${++this.#names}`;
    const duplicate = this.#streams.has(name);
    const forget = () => duplicate || this.#streams.delete(name);
    const stream = new ModeratedStream(name, options, onMessage, forget);
    if (this.#closed !== null) {
      stream._finish({ kind: 'failed', message: this.#closed });
    } else if (duplicate) {
      const message = `stream ${name} is already open on this client`;
      stream._finish({ kind: 'failed', code: 'duplicate_stream', message });
    } else {
      this.#streams.set(name, stream);
      if (this.#socket) stream._attach((message) => this.#say(message));
    }
    return stream;
  }

  /**
   * Sends a reviewer's judgement; sent again after a lost connection, recorded once. Resolves to the receipt when it is
   * kept, rejects with a WeirError when it is refused.
   */
  feedback(judgement: Omit<Feedback, 'type'>): Promise<string> {
    if (this.#closed !== null) return Promise.reject(new WeirError(this.#closed));
    const message: Feedback = { type: 'feedback', ...judgement };
    return new Promise((resolve, reject) => {
      this.#feedback.set(message.id, { message, resolve, reject });
      this.#say(message);
    });
  }

  /** Fails the streams still open and leaves the server. */
  close(): void {
    const socket = this.#socket ?? this.#dialling;
    this.#giveUp('the client is closed');
    socket?.close(1000, 'normal');
  }

  #say(message: ClientMessage): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(message));
  }

  #dial(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.#makeSocket();
      this.#dialling = socket;
      let opened = false;
      socket.onopen = () => {
        opened = true;
        this.#dialling = null;
        if (this.#closed !== null) {
          socket.close(1000, 'normal');
          return;
        }
        this.#socket = socket;
        for (const stream of this.#streams.values()) stream._attach((message) => this.#say(message));
        for (const { message } of this.#feedback.values()) this.#say(message);
        resolve();
      };
      socket.onmessage = ({ data }: { data: unknown }) => {
        if (this.#socket === socket && typeof data === 'string') this.#onFrame(data);
      };
      socket.onerror = ({ message }: { message?: string }) => {
        if (opened) return; // a close event follows, which does not always before that
        const status = /response: (\d{3})$/.exec(message ?? '')?.[1]; // the package ws tells, others do not
        reject(new ConnectionRefused(this.#url, status === undefined ? undefined : Number(status)));
      };
      socket.onclose = ({ code }: { code: number }) => {
        if (opened) {
          this.#onLost(code);
        } else {
          reject(new ConnectionRefused(this.#url, undefined));
        }
      };
    });
  }

  #onLost(code: number): void {
    this.#socket = null;
    for (const stream of this.#streams.values()) stream._detach();
    if (this.#closed !== null) return;
    if (IN_VAIN.has(code)) {
      this.#giveUp(`the server closed the connection with ${code}`);
    } else {
      this.#reconnectLater();
    }
  }

  #reconnectLater(): void {
    const { firstBackoffMs, longestBackoffMs, random, timer } = this.#settings;
    const bound = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(16, this.#attempt++));
    timer(random() * bound, () => {
      if (this.#closed === null) this.#dial().catch((refused: unknown) => this.#onRefused(refused));
    });
  }

  #onRefused(refused: unknown): void {
    if (this.#closed !== null) return;
    if (refused instanceof ConnectionRefused && refused.inVain) {
      this.#giveUp(refused.message);
    } else {
      this.#reconnectLater();
    }
  }

  #onFrame(data: string): void {
    this.#attempt = 0;
    let message: ServerMessage;
    try {
      message = JSON.parse(data);
    } catch {
      return; // the server speaks JSON; what is not cannot be about any stream
    }
    if (typeof message !== 'object' || message === null) return;
    tell(this.#settings.onMessage, message);
    if ('stream' in message && message.stream !== undefined) {
      this.#streams.get(message.stream)?._onMessage(message);
    } else if (message.type === 'feedback_recorded') {
      this.#feedback.get(message.id)?.resolve(message.receipt);
      this.#feedback.delete(message.id);
    } else if (message.type === 'error') {
      this.#onConnectionError(new WeirError(message.message, message.code, message.retryAfterMs));
    }
  }

  /** Feedback is answered in order and its errors carry no id, so an error without a stream is the oldest one's. */
  #onConnectionError(error: WeirError): void {
    for (const [id, oldest] of this.#feedback) {
      this.#feedback.delete(id);
      oldest.reject(error);
      return;
    }
    console.warn(`the server answered ${error.code}`);
  }

  #giveUp(reason: string): void {
    this.#closed ??= reason;
    for (const stream of [...this.#streams.values()]) stream._finish({ kind: 'failed', message: reason });
    for (const { reject } of this.#feedback.values()) reject(new WeirError(reason));
    this.#feedback.clear();
  }
}

/** One text under moderation. Iterate over it, once, for what the reader may see. */
export class ModeratedStream implements AsyncIterable<string> {
  /** On the wire. */
  readonly name: string;
  /** Resolves, never rejects, when the stream is over. */
  readonly outcome: Promise<Outcome>;
  readonly #options: Omit<StreamOptions, 'onMessage'>;
  readonly #onMessage: (message: ServerMessage) => void;
  readonly #forget: () => void;
  #resolveOutcome!: (outcome: Outcome) => void;
  #say: ((message: ClientMessage) => void) | null = null; // while connected
  #mode: Mode | undefined;
  #resume: string | undefined;
  #text = ''; // all of it, to be sent again after a lost connection
  readonly #waiting: { until: number; resolve: (taken: boolean) => void }[] = []; // pieces not sent yet
  #redactions: Redacted[] = [];
  #granted = 0;
  #sent = 0; // on this connection
  #written = 0; // on any connection
  #published = 0;
  #flushAt = -1;
  #ending = false;
  #endSent = false;
  #cancelling = false;
  #cancelSent = false;
  #over = false;
  readonly #pieces: string[] = []; // may be seen, not yet read
  #reader: (() => void) | null = null; // wakes the iterator
  #failure: WeirError | null = null;

  /** @internal */
  constructor(
    name: string,
    options: Omit<StreamOptions, 'onMessage'>,
    onMessage: (message: ServerMessage) => void,
    forget: () => void,
  ) {
    this.name = name;
    this.#options = options;
    this.#onMessage = onMessage;
    this.#forget = forget;
    this.outcome = new Promise((resolve) => (this.#resolveOutcome = resolve));
  }

  /**
   * Adds a piece. Resolves to true when it was sent, which waits for credit and for a lost connection: await it, and the
   * generator is slowed to what the server can score. Resolves to false when the stream is over and generating on is in
   * vain.
   */
  send(piece: string): Promise<boolean> {
    if (this.#ending || this.#cancelling) {
      throw new WeirError(`stream ${this.name} was ended; nothing can be sent after that`);
    }
    if (this.#over) return Promise.resolve(false);
    this.#text += piece;
    const until = this.#sendable();
    const taken = new Promise<boolean>((resolve) => this.#waiting.push({ until, resolve }));
    this.#pump();
    return taken;
  }

  /** The generator stalled: asks for a provisional score of what was sent so far. */
  flush(): void {
    this.#flushAt = this.#sendable();
    this.#pump();
  }

  /** The text is complete. */
  end(): Promise<Outcome> {
    this.#ending = true;
    this.#pump();
    return this.outcome;
  }

  /** Gives the stream up; pieces still waiting are not sent. The outcome is ended, verdict cancelled. */
  cancel(): Promise<Outcome> {
    this.#cancelling = true;
    this.#refuseWaiting();
    this.#pump();
    return this.outcome;
  }

  /** What the reader may see; throws a WeirError, after all of it, when the outcome is `failed`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        yield piece;
      } else if (this.#over) {
        if (this.#failure) throw this.#failure;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#reader = resolve));
      }
    }
  }

  /** @internal */
  _attach(say: (message: ClientMessage) => void): void {
    this.#say = say;
    this.#granted = INITIAL_CREDIT;
    this.#sent = 0;
    this.#endSent = this.#cancelSent = false;
    this.#redactions = []; // those not yet published are said again
    const open: Open = { type: 'open', ...this.#options, stream: this.name, units: 'utf16' };
    if (this.#resume !== undefined) open.resume = this.#resume;
    say(open);
    this.#pump();
  }

  /** @internal */
  _detach(): void {
    this.#say = null;
  }

  /** @internal */
  _onMessage(message: ServerMessage): void {
    tell(this.#onMessage, message);
    if (this.#over) return;
    try {
      this.#actOn(message);
    } catch (fault) {
      if (!(fault instanceof Unreadable)) throw fault;
      this.cancel();
      this._finish({ kind: 'failed', message: `unreadable answer: ${fault.message}` });
    }
  }

  #actOn(message: ServerMessage): void {
    switch (message.type) {
      case 'opened':
        if (message.units !== 'utf16') throw new Unreadable('opened.units is not utf16');
        // A stream opened to be gated shows nothing unreleased, whatever the server makes of it.
        this.#mode = this.#options.mode === 'gate' ? 'gate' : message.mode;
        this.#resume = message.resume ?? undefined;
        this.#granted = count('opened.credit', message.credit);
        this.#publishWritten();
        this.#pump();
        break;
      case 'released':
        this.#publishThrough(count('released.through', message.through));
        break;
      case 'redacted':
        if (count('redacted.from', message.from) > count('redacted.to', message.to)) {
          throw new Unreadable('redacted.to is before redacted.from');
        }
        this.#redactions.push(message);
        break;
      case 'credit':
        this.#granted += count('credit.add', message.add);
        this.#pump();
        break;
      case 'ended':
        if (message.verdict !== 'cancelled') this.#publishThrough(count('ended.through', message.through));
        this._finish({ kind: 'ended', ...message });
        break;
      case 'stopped':
        count('stopped.at', message.at);
        this._finish({ kind: 'stopped', ...message });
        break;
      case 'error':
        if (message.final) this._finish(failed(message.message, message.code, message.retryAfterMs));
        break;
    }
  }

  /** @internal */
  _finish(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#say = null;
    this.#forget();
    this.#refuseWaiting();
    this.#text = '';
    if (outcome.kind === 'failed') {
      this.#failure = new WeirError(outcome.message, outcome.code, outcome.retryAfterMs);
    }
    this.#wakeReader();
    this.#resolveOutcome(outcome);
  }

  /** Sends what credit allows, then what was asked for after it. */
  #pump(): void {
    const say = this.#say;
    const stream = this.name;
    if (!say || this.#over) return;
    if (this.#cancelling) {
      if (!this.#cancelSent) say({ type: 'cancel', stream });
      this.#cancelSent = true;
      return;
    }
    const sendable = this.#sendable();
    for (;;) {
      const at = this.#sent;
      const until = this.#besidePair(Math.min(sendable, this.#granted, at + MAX_DELTA));
      if (until <= at) break;
      this.#sent = until;
      say({ type: 'delta', stream, text: this.#text.slice(at, until), at });
    }
    this.#written = Math.max(this.#written, this.#sent);
    this.#publishWritten();
    while (this.#waiting[0] && this.#waiting[0].until <= this.#written) this.#waiting.shift()?.resolve(true);
    if (this.#flushAt >= 0 && this.#sent >= this.#flushAt) {
      this.#flushAt = -1;
      say({ type: 'flush', stream });
    }
    if (this.#ending && !this.#endSent && this.#sent === this.#text.length) {
      this.#endSent = true;
      say({ type: 'end', stream, length: this.#text.length });
    }
  }

  /** Half a surrogate pair at the end waits for its other half. */
  #sendable(): number {
    const length = this.#text.length;
    return length > 0 && !this.#ending && isHigh(this.#text.charCodeAt(length - 1)) ? length - 1 : length;
  }

  /** The same place, or the one before it where it is inside a surrogate pair. */
  #besidePair(place: number): number {
    const inside = isHigh(this.#text.charCodeAt(place - 1)) && isLow(this.#text.charCodeAt(place));
    return inside ? place - 1 : place;
  }

  #refuseWaiting(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  /** In the modes that hold nothing back; while the mode is not known yet, everything is held. */
  #publishWritten(): void {
    if ((this.#mode === 'monitor' || this.#mode === 'stream') && this.#written > this.#published) {
      this.#publish(this.#text.slice(this.#published, this.#written));
      this.#published = this.#written;
    }
  }

  #publishThrough(through: number): void {
    const end = this.#besidePair(Math.min(through, this.#sent));
    let piece = '';
    while (this.#published < end) {
      const next = this.#redactions[0];
      if (next && next.to <= this.#published) {
        this.#redactions.shift(); // before a lost connection it was shown replaced
      } else if (!next || next.from >= end) {
        piece += this.#text.slice(this.#published, end);
        this.#published = end;
      } else {
        const from = Math.max(this.#published, next.from);
        piece += this.#text.slice(this.#published, from);
        this.#published = from;
        if (next.to > end) break; // a span is never cut: it waits until all of it is released
        piece += next.replacement;
        this.#published = next.to;
        this.#redactions.shift();
      }
    }
    this.#publish(piece);
  }

  #publish(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#wakeReader();
  }

  #wakeReader(): void {
    this.#reader?.();
    this.#reader = null;
  }
}

class ConnectionRefused extends WeirError {
  readonly inVain: boolean;

  constructor(url: string, status: number | undefined) {
    super(status === undefined ? `cannot connect to ${url}` : `the server refused the connection with HTTP ${status}`);
    this.inVain = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  }
}

function socketMaker(url: string, { token, WebSocket: given }: Settings): () => WebSocketLike {
  const ofTheWorld = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const Socket = given ?? ofTheWorld;
  if (!Socket) {
    throw new WeirError('no global WebSocket here: pass one as settings.WebSocket, such as that of the package ws');
  }
  if (token === undefined) return () => new Socket(url, [SUBPROTOCOL]);
  if (Socket === ofTheWorld) return () => new Socket(url, [SUBPROTOCOL, BEARER + token]);
  const headers = { Authorization: `Bearer ${token}` };
  return () => new Socket(url, [SUBPROTOCOL], { headers });
}

function failed(message: string, code: ErrorCode, retryAfterMs: number | undefined): Failed {
  const outcome: Failed = { kind: 'failed', code, message };
  if (retryAfterMs !== undefined) outcome.retryAfterMs = retryAfterMs;
  return outcome;
}

function count(name: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 0) throw new Unreadable(`${name} is not a count`);
  return value as number;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Calls a listener that is not ours; what it throws must not disturb the streams. */
function tell(listener: (message: ServerMessage) => void, message: ServerMessage): void {
  try {
    listener(message);
  } catch (error) {
    console.warn(`a listener threw on a message of type ${message.type}:`, error);
  }
}
