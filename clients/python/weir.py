"""Moderates many texts over one WebSocket. One file, standard library only, Python 3.9 or later.

    import weir

    with weir.connect("ws://localhost:8080/v1/stream") as client:
        stream = client.open(mode="gate", messages=[{"role": "user", "content": question}])
        threading.Thread(target=generate, args=(stream,)).start()
        for text in stream:              # what the reader may see
            print(text, end="", flush=True)
        outcome = stream.outcome()       # Ended, Stopped or Failed
        if isinstance(outcome, weir.Stopped):
            print(outcome.message)

    def generate(stream):
        for piece in model.generate(question):
            if not stream.send(piece):   # False: stopped, generating on is in vain
                return
        stream.end()

Offsets are Unicode code points, as Python counts. In gate mode the reader gets what was released, redactions replaced;
in the modes monitor and stream all text, once the server has opened the stream and the text was sent. A lost connection
is opened again after a random wait of 0 to 5 s, whose bound doubles to 60 s until the server is heard again; open streams
then send their whole text again and show nothing twice.

Any thread may call the client and its streams; calls block, so from asyncio use asyncio.to_thread. One daemon thread
owns the socket; listeners run there and must not block.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import json
import logging
import os
import random
import selectors
import socket
import ssl
import struct
import threading
import time
from collections import deque
from dataclasses import dataclass, field, fields
from typing import Any, Callable, Deque, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union
from urllib.parse import urlsplit

__all__ = ["connect", "Client", "Stream", "Ended", "Stopped", "Failed", "Outcome", "WeirError"]

SUBPROTOCOL = "weir.v1+json"

_log = logging.getLogger("weir")

_INITIAL_CREDIT = 8_192
_MAX_DELTA = 4_096
_MAX_MESSAGE_BYTES = 1 << 20
_MAX_HEAD_BYTES = 1 << 16
_READ_BYTES = 1 << 16
_ABNORMAL = 1006  # RFC 6455: the socket broke without a close frame
_NO_STATUS = 1005
_IN_VAIN = frozenset((1002, 1003, 1007, 1009, 4400, 4401, 4403))  # trying again would end the same

_SPELLED = {"maxRisk": "max_risk", "retryAfterMs": "retry_after_ms"}  # on the wire, and here

Message = Dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """The whole text was decided, or the client cancelled."""

    through: int
    verdict: str  # pass, flagged or cancelled
    max_risk: float
    receipt: str
    coarse: bool = False
    unscored: bool = False
    asleep: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stopped:
    """The server ended the generation; ``message`` may be shown to the reader."""

    at: int
    onset: int
    released: int
    exposure: int
    category: str
    categories: List[str]
    severity: str
    risk: float
    policy: str
    message: str
    receipt: str
    rule: Optional[str] = None


@dataclass(frozen=True)
class Failed:
    """The stream broke off; what was not released by then is unmoderated. ``code`` is None when the server said nothing."""

    code: Optional[str]
    message: str
    retry_after_ms: Optional[int] = None


Outcome = Union[Ended, Stopped, Failed]


class WeirError(Exception):
    """A stream or a connection that cannot go on; says why and holds nothing of the text."""

    def __init__(self, message: str, code: Optional[str] = None, retry_after_ms: Optional[int] = None):
        super().__init__(message)
        self.code = code
        self.retry_after_ms = retry_after_ms


class _Refused(Exception):
    def __init__(self, status: int):
        super().__init__(f"the server refused the connection with HTTP {status}")
        self.in_vain = 400 <= status < 500 and status not in (408, 429)


class _Unreadable(Exception):
    """A message of a known type that misses what it must have."""


def connect(
    url: str,
    *,
    token: Optional[str] = None,
    tls: Optional[ssl.SSLContext] = None,
    connect_timeout: float = 10.0,
    silence_timeout: float = 60.0,
    first_backoff: float = 5.0,
    longest_backoff: float = 60.0,
    random: Callable[[], float] = random.random,
    wait: Optional[Callable[[float], None]] = None,
    on_message: Callable[[Message], None] = lambda message: None,
) -> "Client":
    """Connects to ``ws://host:port/v1/stream``, or ``wss://``.

    token: sent as ``Authorization: Bearer``.
    silence_timeout: a connection silent for so many seconds counts as lost; the server pings every 15 s.
    wait: waits so many seconds before a reconnection; by default a wait that ``close`` cuts short.
    on_message: sees every message of the server before the client acts on it.

    Raises WeirError or OSError when the first attempt fails; later losses are repaired.
    """
    client = Client(
        lambda: _WebSocket.dial(url, token, tls, connect_timeout, silence_timeout),
        lambda attempt: random() * min(longest_backoff, first_backoff * 2 ** min(attempt, 16)),
        wait,
        on_message,
    )
    client._start()
    return client


class Client:
    """Many streams over one connection; made by ``connect``."""

    def __init__(
        self,
        dial: Callable[[], "_WebSocket"],
        backoff: Callable[[int], float],
        wait: Optional[Callable[[float], None]],
        on_message: Callable[[Message], None],
    ):
        self._dial = dial
        self._backoff = backoff
        self._closing = threading.Event()
        self._wait = wait or (lambda seconds: self._closing.wait(seconds) and None)
        self._on_message = on_message
        self._lock = threading.Lock()  # guards what follows and the state of every stream
        self._streams: Dict[str, Stream] = {}
        self._feedback: Dict[str, _PendingFeedback] = {}
        self._socket: Optional[_WebSocket] = None
        self._outbox: Deque[Message] = deque()
        self._names = 0
        self._attempt = 0
        self._closed: Optional[str] = None  # why nothing can be opened any more
        self._thread: Optional[threading.Thread] = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def open(
        self,
        *,
        stream: Optional[str] = None,
        policy: Optional[str] = None,
        mode: Optional[str] = None,
        conversation: Optional[str] = None,
        channel: Optional[str] = None,
        messages: Sequence[Mapping[str, str]] = (),
        meta: Optional[Mapping[str, str]] = None,
        on_message: Callable[[Message], None] = lambda message: None,
    ) -> "Stream":
        """Opens a stream; what is left out, the server decides. Text may be sent at once."""
        options = {
            "policy": policy,
            "mode": mode,
            "units": "codepoint",
            "conversation": conversation,
            "channel": channel,
            "messages": [dict(message) for message in messages] or None,
            "meta": dict(meta) if meta else None,
        }
        with self._lock:
            self._names += 1
            name = stream if stream is not None else f"s-{self._names}"
            opened = Stream(self, name, options, on_message)
            if self._closed is not None:
                opened._finish(Failed(None, self._closed))
            elif name in self._streams:
                opened._finish(Failed("duplicate_stream", f"stream {name} is already open on this client"))
            else:
                self._streams[name] = opened
                if self._socket is not None:
                    opened._attach()
        return opened

    def feedback(
        self, id: str, receipt: str, verdict: str, categories: Sequence[str] = (), timeout: Optional[float] = None
    ) -> str:
        """Sends a reviewer's judgement (right_stop, wrong_stop, missed, right_pass) and returns the receipt once it is kept.

        Sent again after a lost connection, recorded once. Raises WeirError when it is refused, TimeoutError when it took
        longer than ``timeout`` seconds.
        """
        pending = _PendingFeedback(
            {"type": "feedback", "id": id, "receipt": receipt, "verdict": verdict, "categories": list(categories)}
        )
        with self._lock:
            if self._closed is not None:
                raise WeirError(self._closed)
            self._feedback[id] = pending
            if self._socket is not None:
                self._say(pending.message)
        if not pending.done.wait(timeout):
            raise TimeoutError(f"feedback {id} was not answered within {timeout} s")
        if pending.failure is not None:
            raise pending.failure
        return receipt

    def close(self) -> None:
        """Fails the streams still open and leaves the server."""
        with self._lock:
            self._give_up("the client is closed")
            if self._socket is not None:
                self._socket.wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5)

    def _start(self) -> None:
        try:
            first = self._dial()
        except _Refused as refused:
            raise WeirError(str(refused)) from None
        self._attach_all(first)
        self._thread = threading.Thread(target=self._run, args=(first,), name="weir-client", daemon=True)
        self._thread.start()

    def _run(self, first: "_WebSocket") -> None:
        try:
            self._keep_connected(first)
        finally:  # nobody must wait for a thread that is gone
            with self._lock:
                self._give_up("the client's thread has ended")

    def _keep_connected(self, first: "_WebSocket") -> None:
        current: Optional[_WebSocket] = first
        while current is not None:
            try:
                status = self._exchange(current)
            except OSError:
                status = _ABNORMAL
            finally:
                current.close()
            with self._lock:
                self._socket = None
                self._outbox.clear()
                if status in _IN_VAIN:
                    self._give_up(f"the server closed the connection with {status}")
            current = self._dial_again()
            if current is not None:
                self._attach_all(current)

    def _dial_again(self) -> Optional["_WebSocket"]:
        while True:
            with self._lock:
                if self._closed is not None:
                    return None
                seconds = self._backoff(self._attempt)
                self._attempt += 1
            _log.info("connection lost; attempt %d in %d ms", self._attempt, seconds * 1000)
            self._wait(seconds)
            if self._closing.is_set():
                return None
            try:
                return self._dial()
            except _Refused as refused:
                if refused.in_vain:
                    with self._lock:
                        self._give_up(str(refused))
            except OSError:
                pass

    def _attach_all(self, opened: "_WebSocket") -> None:
        with self._lock:
            self._socket = opened
            for stream in self._streams.values():
                stream._attach()
            for pending in self._feedback.values():
                self._say(pending.message)

    def _exchange(self, connection: "_WebSocket") -> int:
        """Reads and writes until the connection is over; returns the status it was closed with."""
        while True:
            with self._lock:
                outgoing = list(self._outbox)
                self._outbox.clear()
                closing = self._closed is not None
            for message in outgoing:
                connection.send(_encode(message))
            if closing:
                connection.say_goodbye(1000)
                return 1000
            for frame in connection.exchange():
                if isinstance(frame, int):
                    return frame
                self._on_frame(frame)

    def _say(self, message: Message) -> None:
        self._outbox.append({key: value for key, value in message.items() if value is not None})
        if self._socket is not None:
            self._socket.wake()

    def _on_frame(self, frame: str) -> None:
        try:
            message = json.loads(frame)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            _log.debug("an answer that is not one JSON object")
            return
        name = message.get("stream")
        with self._lock:
            self._attempt = 0
            stream = self._streams.get(name) if isinstance(name, str) else None
        _tell(self._on_message, message)
        if stream is not None:
            _tell(stream._on_message, message)
        with self._lock:
            if stream is not None:
                stream._act_on(message)
            elif name is None:
                self._act_on(message)

    def _act_on(self, message: Message) -> None:
        """Feedback is answered in order and its errors carry no id, so an error without a stream is the oldest one's."""
        if message.get("type") == "feedback_recorded":
            pending = self._feedback.pop(str(message.get("id")), None)
            if pending is not None:
                pending.done.set()
        elif message.get("type") == "error":
            if self._feedback:
                pending = self._feedback.pop(next(iter(self._feedback)))
                pending.fail(WeirError(str(message.get("message")), message.get("code"), message.get("retryAfterMs")))
            else:
                _log.warning("the server answered %s", message.get("code"))

    def _give_up(self, reason: str) -> None:
        if self._closed is None:
            self._closed = reason
        self._closing.set()
        for stream in list(self._streams.values()):
            stream._finish(Failed(None, reason))
        for pending in self._feedback.values():
            pending.fail(WeirError(reason))
        self._feedback.clear()


class _PendingFeedback:
    def __init__(self, message: Message):
        self.message = message
        self.done = threading.Event()
        self.failure: Optional[WeirError] = None

    def fail(self, failure: WeirError) -> None:
        self.failure = failure
        self.done.set()


class Stream:
    """One text under moderation. Iterate over it, once, for what the reader may see; raises WeirError when it failed."""

    def __init__(self, client: Client, name: str, options: Message, on_message: Callable[[Message], None]):
        self.name = name
        self._client = client
        self._options = options
        self._on_message = on_message
        # From here on: under the client's lock.
        self._changed = threading.Condition(client._lock)
        self._text = bytearray()  # all of it, to be sent again after a lost connection; UTF-32, so that offsets are indexes
        self._half = ""  # half a surrogate pair that waits for its other half
        self._mode: Optional[str] = None
        self._resume: Optional[str] = None
        self._granted = 0
        self._sent = 0  # on this connection
        self._written = 0  # on any connection
        self._published = 0
        self._flush_at: Optional[int] = None
        self._ending = False
        self._end_sent = False
        self._cancelling = False
        self._cancel_sent = False
        self._redactions: Deque[Tuple[int, int, str]] = deque()
        self._pieces: Deque[str] = deque()  # may be seen, not yet read
        self._outcome: Optional[Outcome] = None

    def send(self, piece: str, timeout: Optional[float] = None) -> bool:
        """Adds a piece to the text and waits until it was sent, which waits for credit and for a lost connection.

        A generator that sends so is slowed to what the server can score. Returns False when the stream is over and
        generating on is in vain. After TimeoutError the piece still is part of the text.
        """
        with self._changed:
            if self._ending or self._cancelling:
                raise ValueError(f"stream {self.name} was ended; nothing can be sent after that")
            if self._outcome is not None:
                return False
            self._append(piece)
            until = self._length()
            self._pump()
            self._await(lambda: self._written >= until or self._cancelling or self._outcome is not None, timeout)
            return self._written >= until and self._outcome is None

    def flush(self) -> None:
        """The generator stalled: asks for a provisional score of what was sent so far."""
        with self._changed:
            self._flush_at = self._length()
            self._pump()

    def end(self) -> None:
        """The text is complete."""
        with self._changed:
            if not self._ending:
                self._ending = True
                self._text += codecs.encode("\ufffd" if self._half else "", "utf-32-le")
                self._half = ""
                self._pump()

    def cancel(self) -> None:
        """Gives the stream up; pieces still waiting are not sent. The outcome is Ended, verdict cancelled."""
        with self._changed:
            self._cancelling = True
            self._changed.notify_all()
            self._pump()

    def outcome(self, timeout: Optional[float] = None) -> Outcome:
        """Waits until the stream is over. Never raises for how it came out."""
        with self._changed:
            self._await(lambda: self._outcome is not None, timeout)
            assert self._outcome is not None
            return self._outcome

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        with self._changed:
            self._await(lambda: bool(self._pieces) or self._outcome is not None, None)
            if self._pieces:
                return self._pieces.popleft()
            if isinstance(self._outcome, Failed):
                raise WeirError(self._outcome.message, self._outcome.code, self._outcome.retry_after_ms)
            raise StopIteration

    def _await(self, ready: Callable[[], bool], timeout: Optional[float]) -> None:
        if not self._changed.wait_for(ready, timeout):
            raise TimeoutError(f"stream {self.name}: nothing within {timeout} s")

    def _append(self, piece: str) -> None:
        """Joins the halves of surrogate pairs; a half without its other one is what the server reads it as, U+FFFD."""
        piece = self._half + piece
        self._half = ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        try:
            self._text += piece.encode("utf-32-le")
        except UnicodeEncodeError:
            joined = piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            self._text += joined.encode("utf-32-le")

    def _length(self) -> int:
        return len(self._text) // 4

    def _slice(self, start: int, end: int) -> str:
        return self._text[4 * start : 4 * end].decode("utf-32-le")

    def _attach(self) -> None:
        self._granted = _INITIAL_CREDIT
        self._sent = 0
        self._end_sent = self._cancel_sent = False
        self._redactions.clear()  # those not yet shown are said again
        self._client._say({"type": "open", "stream": self.name, **self._options, "resume": self._resume})
        self._pump()

    def _pump(self) -> None:
        """Sends what credit allows, then what was asked for after it."""
        if self._client._socket is None or self._outcome is not None:
            return
        if self._cancelling:
            if not self._cancel_sent:
                self._cancel_sent = True
                self._client._say({"type": "cancel", "stream": self.name})
            return
        length = self._length()
        while self._sent < min(length, self._granted):
            at, self._sent = self._sent, min(length, self._granted, self._sent + _MAX_DELTA)
            delta = self._slice(at, self._sent)
            self._client._say({"type": "delta", "stream": self.name, "text": delta, "at": at})
        if self._sent > self._written:
            self._written = self._sent
            self._changed.notify_all()
        self._publish_written()
        if self._flush_at is not None and self._sent >= self._flush_at:
            self._flush_at = None
            self._client._say({"type": "flush", "stream": self.name})
        if self._ending and not self._end_sent and self._sent == length:
            self._end_sent = True
            self._client._say({"type": "end", "stream": self.name, "length": length})

    def _act_on(self, message: Message) -> None:
        if self._outcome is not None:
            return
        try:
            self._act_on_readable(message)
        except _Unreadable as fault:
            self._cancelling = True
            self._pump()
            self._finish(Failed(None, f"unreadable answer: {fault}"))

    def _act_on_readable(self, message: Message) -> None:
        kind = message.get("type")
        if kind == "opened":
            self._on_opened(message)
        elif kind == "released":
            self._publish_through(_count(message, "through"))
        elif kind == "redacted":
            span = (_count(message, "from"), _count(message, "to"), _text(message, "replacement"))
            if span[0] > span[1]:
                raise _Unreadable("redacted.to before redacted.from")
            self._redactions.append(span)
        elif kind == "credit":
            self._granted += _count(message, "add")
            self._pump()
        elif kind == "ended":
            ended = _read(Ended, message)
            if ended.verdict != "cancelled":
                self._publish_through(_count(message, "through"))
            self._finish(ended)
        elif kind == "stopped":
            self._finish(_read(Stopped, message))
        elif kind == "error" and message.get("final") is True:
            self._finish(_read(Failed, message))

    def _on_opened(self, message: Message) -> None:
        if message.get("units") != "codepoint":
            raise _Unreadable("opened.units is not codepoint")
        # A stream opened to be gated shows nothing unreleased, whatever the server makes of it.
        self._mode = "gate" if self._options["mode"] == "gate" else _text(message, "mode")
        self._resume = message.get("resume")
        self._granted = _count(message, "credit")
        self._publish_written()
        self._pump()

    def _publish_written(self) -> None:
        """In the modes that hold nothing back; while the mode is not known yet, everything is held."""
        if self._mode in ("monitor", "stream") and self._written > self._published:
            piece = self._slice(self._published, self._written)
            self._published = self._written
            self._publish(piece)

    def _publish_through(self, through: int) -> None:
        end = min(through, self._sent)
        shown = []
        while self._published < end:
            if self._redactions and self._redactions[0][1] <= self._published:
                self._redactions.popleft()  # before a lost connection it was shown replaced
            elif not self._redactions or self._redactions[0][0] >= end:
                shown.append(self._slice(self._published, end))
                self._published = end
            else:
                start, to, replacement = self._redactions[0]
                start = max(start, self._published)
                shown.append(self._slice(self._published, start))
                self._published = start
                if to > end:
                    break  # a span is never cut: it waits until all of it is released
                shown.append(replacement)
                self._published = to
                self._redactions.popleft()
        self._publish("".join(shown))

    def _publish(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._changed.notify_all()

    def _finish(self, outcome: Outcome) -> None:
        if self._outcome is not None:
            return
        self._outcome = outcome
        if self._client._streams.get(self.name) is self:
            del self._client._streams[self.name]
        self._text = bytearray()
        self._redactions.clear()
        self._changed.notify_all()


def _tell(listener: Callable[[Message], None], message: Message) -> None:
    """Calls a listener that is not ours; what it throws must not disturb the streams."""
    try:
        listener(message)
    except Exception:
        _log.warning("a listener raised on %s of stream %s", message.get("type"), message.get("stream"), exc_info=True)


def _encode(message: Message) -> bytes:
    try:
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can say
        return json.dumps(message, separators=(",", ":")).encode()


def _count(message: Message, name: str) -> int:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _Unreadable(f"{message['type']}.{name} is not a count")
    return value


def _text(message: Message, name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str):
        raise _Unreadable(f"{message['type']}.{name} is not a string")
    return value


def _read(outcome: Any, message: Message) -> Any:
    known = {item.name for item in fields(outcome)}
    named = {_SPELLED.get(key, key): value for key, value in message.items()}
    try:
        return outcome(**{name: value for name, value in named.items() if name in known})
    except TypeError:
        raise _Unreadable(f"{message['type']} misses a field") from None


class _WebSocket:
    """RFC 6455 from the client's side. One thread reads and writes, since a TLS socket bears no two; any may wake it."""

    _TEXT, _BINARY, _CLOSE, _PING, _PONG = 1, 2, 8, 9, 10
    _GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    def __init__(self, stream: socket.socket, read_ahead: bytes, silence_timeout: float):
        self._socket = stream
        self._socket.setblocking(False)
        self._silence_timeout = silence_timeout
        self._heard = time.monotonic()
        self._incoming = bytearray(read_ahead)
        self._outgoing = bytearray()
        self._partial: Optional[bytearray] = None  # of a message in fragments
        self._unread = True  # more may be waiting than the selector knows: read ahead, or decrypted
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(self._ear, selectors.EVENT_READ)

    @classmethod
    def dial(
        cls, url: str, token: Optional[str], tls: Optional[ssl.SSLContext], timeout: float, silence_timeout: float
    ) -> "_WebSocket":
        parts = urlsplit(url)
        if parts.scheme not in ("ws", "wss") or not parts.hostname:
            raise ValueError(f"url: {parts.scheme}:… (expected: ws://host:port/v1/stream or wss://…)")
        secure = parts.scheme == "wss"
        stream = socket.create_connection((parts.hostname, parts.port or (443 if secure else 80)), timeout)
        try:
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if secure:
                context = tls or ssl.create_default_context()
                stream = context.wrap_socket(stream, server_hostname=parts.hostname)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            return cls(stream, cls._shake_hands(stream, parts.netloc.rpartition("@")[2], path, token), silence_timeout)
        except BaseException:
            stream.close()
            raise

    @classmethod
    def _shake_hands(cls, stream: socket.socket, host: str, path: str, token: Optional[str]) -> bytes:
        """Returns what was read behind the answer."""
        key = base64.b64encode(os.urandom(16))
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key.decode()}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {SUBPROTOCOL}",
        ]
        if token is not None:
            if not token.isascii() or not token.isprintable():
                raise ValueError("token: another string (expected: printable ASCII characters)")
            lines.append(f"Authorization: Bearer {token}")
        stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            read = stream.recv(_READ_BYTES)
            if not read or len(answer) + len(read) > _MAX_HEAD_BYTES:
                raise ConnectionError("the server did not answer the handshake")
            answer += read
        head, _, rest = answer.partition(b"\r\n\r\n")
        status, *header_lines = head.decode("latin-1").split("\r\n")
        words = status.split(" ", 2)
        if len(words) < 2 or not words[1].isdigit():
            raise ConnectionError("the server's answer is not HTTP")
        if words[1] != "101":
            raise _Refused(int(words[1]))
        headers = {}
        for line in header_lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        expected = base64.b64encode(hashlib.sha1(key + cls._GUID).digest()).decode()
        if headers.get("sec-websocket-accept") != expected or headers.get("sec-websocket-protocol") != SUBPROTOCOL:
            raise ConnectionError(f"the server did not agree to a WebSocket with {SUBPROTOCOL}")
        return rest

    def send(self, text: bytes) -> None:
        """Queues a text message; the next exchange writes it."""
        self._frame(self._TEXT, text)

    def wake(self) -> None:
        """Lets an exchange that waits go on. Any thread."""
        try:
            self._bell.send(b"!")
        except OSError:
            pass  # the bell rings already, or nobody is there to hear it

    def exchange(self) -> List[Union[str, int]]:
        """Writes what is queued and waits for the server or for ``wake``.

        Returns the whole text messages that came, in order, and last the close status if the connection is over.
        """
        self._write()
        silence = time.monotonic() - self._heard
        if silence > self._silence_timeout:
            raise ConnectionError(f"nothing heard for {self._silence_timeout} s")
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing else 0)
        self._selector.modify(self._socket, events)
        self._selector.select(0 if self._unread else self._silence_timeout - silence)
        try:
            while self._ear.recv(1024):
                pass
        except BlockingIOError:
            pass
        over = not self._read()
        came: List[Union[str, int]] = []
        while self._has_frame():
            message = self._take_frame()
            if message is not None:
                came.append(message)
                if isinstance(message, int):
                    return came
        if over:
            came.append(_ABNORMAL)
        return came

    def say_goodbye(self, status: int) -> None:
        """Writes what is queued and a close frame, as far as the server takes it within a second."""
        self._frame(self._CLOSE, struct.pack("!H", status))
        self._socket.settimeout(1)
        self._socket.sendall(self._outgoing)

    def close(self) -> None:
        self._selector.close()
        self._bell.close()
        self._ear.close()
        self._socket.close()

    def _write(self) -> None:
        try:
            while self._outgoing:
                del self._outgoing[: self._socket.send(self._outgoing)]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass

    def _read(self) -> bool:
        """Whether more may come."""
        self._unread = True
        try:
            while len(self._incoming) <= _MAX_MESSAGE_BYTES:
                read = self._socket.recv(_READ_BYTES)
                if not read:
                    return False
                self._heard = time.monotonic()
                self._incoming += read
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            self._unread = False
        return True

    def _frame(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, length)
        mask = os.urandom(4)
        repeated = (mask * (length // 4 + 1))[:length]
        masked = int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")
        self._outgoing += head + mask + masked.to_bytes(length, "big")

    def _head(self) -> Optional[Tuple[int, int, int]]:
        """First byte, where the payload begins and how long it is; None when that is not read yet."""
        if len(self._incoming) < 2:
            return None
        first, length = self._incoming[0], self._incoming[1]
        if length < 126:
            return first, 2, length
        if length == 126:
            return (first, 4, struct.unpack_from("!H", self._incoming, 2)[0]) if len(self._incoming) >= 4 else None
        if length == 127:
            return (first, 10, struct.unpack_from("!Q", self._incoming, 2)[0]) if len(self._incoming) >= 10 else None
        return first, 2, 0  # masked, which no server may: refused when it is taken

    def _has_frame(self) -> bool:
        head = self._head()
        if head is None:
            return False
        first, begin, length = head
        return self._is_too_long(first, length) or len(self._incoming) >= begin + length

    @staticmethod
    def _is_too_long(first: int, length: int) -> bool:
        return length > (125 if first & 8 else _MAX_MESSAGE_BYTES)

    def _take_frame(self) -> Union[str, int, None]:
        """A whole message, the status of a connection that is over, or None for what is neither."""
        head = self._head()
        assert head is not None
        first, begin, length = head
        masked = bool(self._incoming[1] & 0x80)
        if self._is_too_long(first, length):
            return self._fail(1002 if first & 8 else 1009)
        payload = bytes(self._incoming[begin : begin + length])
        del self._incoming[: begin + length]
        opcode, last = first & 0x0F, bool(first & 0x80)
        if first & 0x70 or masked or (opcode >= 8 and not last):
            return self._fail(1002)
        if opcode == self._PING:
            self._frame(self._PONG, payload)
            return None
        if opcode == self._PONG:
            return None
        if opcode == self._CLOSE:
            self._frame(self._CLOSE, payload[:2])
            self._write()
            return struct.unpack("!H", payload[:2])[0] if length >= 2 else _NO_STATUS
        if opcode == self._BINARY:
            return self._fail(1003)
        if opcode not in (0, self._TEXT) or (opcode == 0) != (self._partial is not None):
            return self._fail(1002)
        self._partial = (self._partial or bytearray()) + payload
        if len(self._partial) > _MAX_MESSAGE_BYTES:
            return self._fail(1009)
        if not last:
            return None
        whole, self._partial = self._partial, None
        try:
            return whole.decode()
        except UnicodeDecodeError:
            return self._fail(1007)

    def _fail(self, status: int) -> int:
        """The server broke the protocol: says so, and lets the client connect again."""
        self._frame(self._CLOSE, struct.pack("!H", status))
        self._write()
        return _ABNORMAL
