// Package weir moderates many texts over one WebSocket. One file, standard library only, Go 1.19 or later.
//
//	client, err := weir.Connect(ctx, "ws://localhost:8080/v1/stream", weir.Settings{})
//	…
//	defer client.Close()
//	stream := client.Open(weir.StreamOptions{Mode: weir.Gate})
//	go func() {
//		for piece := range generate(question) {
//			if stream.Send(ctx, piece) != nil {
//				return // stopped: generating on is in vain
//			}
//		}
//		stream.End()
//	}()
//	for {
//		text, err := stream.Next(ctx) // what the reader may see
//		if err != nil {
//			return err // io.EOF, or a *weir.Stopped or *weir.Failed
//		}
//		fmt.Print(text)
//	}
//
// Offsets are bytes of UTF-8, as Go counts. In gate mode the reader gets what was released, redactions replaced; in the
// modes monitor and stream all text, once the server has opened the stream and the text was sent. A lost connection is
// opened again after a random wait of 0 to 5 s, whose bound doubles to 60 s until the server is heard again; open streams
// then send their whole text again and show nothing twice.
//
// Any goroutine may call the client and its streams. Listeners run on the client's own, and must not block.
package weir

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	mathrand "math/rand"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	subprotocol    = "weir.v1+json"
	initialCredit  = 8192
	maxDelta       = 4096
	maxMessage     = 1 << 20
	statusNone     = 1005 // RFC 6455: a close frame without a status
	statusAbnormal = 1006 // RFC 6455: the socket broke without a close frame
)

// Mode says how far moderation may go.
type Mode string

const (
	Monitor Mode = "monitor" // score, never act
	Live    Mode = "stream"  // the reader sees text at once
	Gate    Mode = "gate"    // the reader sees only what was released
)

// Settings say how a Client connects. Zero values stand for what each comment names.
type Settings struct {
	Token          string                               // sent as Authorization: Bearer; none
	TLS            *tls.Config                          // for wss:; the system's
	ConnectTimeout time.Duration                        // of one attempt; 10 s
	SilenceTimeout time.Duration                        // a connection silent for so long is lost; 60 s, four pings
	FirstBackoff   time.Duration                        // bound of the first wait; 5 s
	LongestBackoff time.Duration                        // where its doubling ends; 60 s
	Random         func() float64                       // from [0, 1), for the waits
	Wait           func(context.Context, time.Duration) // until then or until the context is done; by a timer
	OnMessage      func(Message)                        // sees every message before the client acts on it; nobody
}

// PromptMessage is one message of what a text answers.
type PromptMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// StreamOptions are what a client may say about a stream; what it leaves out, the server decides.
type StreamOptions struct {
	Stream       string            `json:"stream"` // 1 to 128 printable ASCII characters, used once by a client; generated
	Policy       string            `json:"policy,omitempty"`
	Mode         Mode              `json:"mode,omitempty"`
	Conversation string            `json:"conversation,omitempty"` // shared by the streams of one reply and the turns before it
	Channel      string            `json:"channel,omitempty"`      // content, reasoning, tool, or one with a choice: content/1
	Messages     []PromptMessage   `json:"messages,omitempty"`     // oldest first
	Meta         map[string]string `json:"meta,omitempty"`         // labels for reports
	OnMessage    func(Message)     `json:"-"`                      // sees every message about this stream before the stream acts on it
}

// PromptVerdict is what was decided about the messages of an open.
type PromptVerdict struct {
	Risk   float64 `json:"risk"`
	Action string  `json:"action"`
}

// Message is anything the server says; Type tells which fields mean something. A count that is absent is nil.
type Message struct {
	Type         string         `json:"type"`
	Stream       *string        `json:"stream"`
	Policy       string         `json:"policy"`
	Mode         Mode           `json:"mode"`
	Units        string         `json:"units"`
	Prompt       *PromptVerdict `json:"prompt"`
	Credit       *int           `json:"credit"`
	Resume       string         `json:"resume"`
	Through      *int           `json:"through"`
	Risk         float64        `json:"risk"`
	Coarse       bool           `json:"coarse"`
	Unscored     bool           `json:"unscored"`
	Asleep       []string       `json:"asleep"`
	From         *int           `json:"from"`
	To           *int           `json:"to"`
	Category     string         `json:"category"`
	Receipt      string         `json:"receipt"`
	Late         bool           `json:"late"`
	Replacement  *string        `json:"replacement"`
	At           *int           `json:"at"`
	Onset        *int           `json:"onset"`
	Released     *int           `json:"released"`
	Exposure     *int           `json:"exposure"`
	Categories   []string       `json:"categories"`
	Severity     string         `json:"severity"`
	Rule         *string        `json:"rule"`
	Message      string         `json:"message"`
	Verdict      string         `json:"verdict"`
	MaxRisk      float64        `json:"maxRisk"`
	Add          *int           `json:"add"`
	ID           string         `json:"id"`
	Code         string         `json:"code"`
	Final        bool           `json:"final"`
	Field        string         `json:"field"`
	RetryAfterMs *int           `json:"retryAfterMs"`
}

// Outcome is how a stream came out: *Ended, *Stopped or *Failed.
type Outcome interface{ isOutcome() }

// Ended says that the whole text was decided, or that the client cancelled.
type Ended struct {
	Through  int
	Verdict  string // pass, flagged or cancelled
	MaxRisk  float64
	Receipt  string
	Coarse   bool
	Unscored bool
	Asleep   []string
}

// Stopped says that the server ended the generation. Message may be shown to the reader. Next returns it as an error.
type Stopped struct {
	At         int
	Onset      int
	Released   int
	Exposure   int
	Category   string
	Categories []string
	Severity   string
	Risk       float64
	Rule       *string
	Policy     string
	Message    string
	Receipt    string
}

// Failed says that the stream broke off; what was not released by then is unmoderated. Without a Code the server said
// nothing. Next returns it as an error.
type Failed struct {
	Code         string
	Message      string
	RetryAfterMs *int // with the code overloaded, how long to wait
}

func (*Ended) isOutcome()   {}
func (*Stopped) isOutcome() {}
func (*Failed) isOutcome()  {}

func (s *Stopped) Error() string { return "weir: the reply was stopped: " + s.Category }

func (f *Failed) Error() string { return "weir: " + f.Message }

// ErrOver is what Send returns when the stream is over and generating on is in vain.
var ErrOver = errors.New("weir: the stream is over")

// ErrEnded is what Send returns after End or Cancel.
var ErrEnded = errors.New("weir: the stream was ended; nothing can be sent after that")

// Client holds many streams over one connection.
type Client struct {
	address  string
	settings Settings
	closing  context.Context
	close    context.CancelFunc
	done     chan struct{} // closed when the client's goroutine has ended

	mutex    sync.Mutex // guards what follows and the state of every stream
	streams  []*Stream  // open ones, in the order they were opened
	feedback []*pendingFeedback
	socket   *socket
	names    int
	attempt  int
	closed   string // why nothing can be opened any more
}

type pendingFeedback struct {
	message feedbackMessage
	done    chan struct{}
	failure error
}

type feedbackMessage struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Receipt    string   `json:"receipt"`
	Verdict    string   `json:"verdict"`
	Categories []string `json:"categories,omitempty"`
}

// Connect connects to ws://host:port/v1/stream or wss://. It fails when the first attempt does; later losses are repaired.
func Connect(ctx context.Context, address string, settings Settings) (*Client, error) {
	settings.ConnectTimeout = orDuration(settings.ConnectTimeout, 10*time.Second)
	settings.SilenceTimeout = orDuration(settings.SilenceTimeout, 60*time.Second)
	settings.FirstBackoff = orDuration(settings.FirstBackoff, 5*time.Second)
	settings.LongestBackoff = orDuration(settings.LongestBackoff, 60*time.Second)
	if settings.Random == nil {
		settings.Random = mathrand.New(mathrand.NewSource(time.Now().UnixNano())).Float64
	}
	if settings.Wait == nil {
		settings.Wait = waitByTimer
	}
	client := &Client{address: address, settings: settings, done: make(chan struct{})}
	client.closing, client.close = context.WithCancel(context.Background())
	first, err := dial(ctx, address, settings)
	if err != nil {
		return nil, err
	}
	client.attachAll(first)
	go client.run(first)
	return client, nil
}

// Open opens a stream. Text may be sent at once; it waits for the connection and for credit.
func (c *Client) Open(options StreamOptions) *Stream {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if options.Stream == "" {
		c.names++
		options.Stream = fmt.Sprintf("s-%d", c.names)
	}
	stream := &Stream{client: c, options: options, flushAt: -1, changed: make(chan struct{})}
	if c.closed != "" {
		stream.finish(&Failed{Message: c.closed})
	} else if c.find(options.Stream) != nil {
		message := "stream " + options.Stream + " is already open on this client"
		stream.finish(&Failed{Code: "duplicate_stream", Message: message})
	} else {
		c.streams = append(c.streams, stream)
		if c.socket != nil {
			stream.attach()
		}
	}
	return stream
}

// Feedback sends a reviewer's judgement (right_stop, wrong_stop, missed, right_pass) and waits until it is kept. It is
// sent again after a lost connection, and recorded once.
func (c *Client) Feedback(ctx context.Context, id, receipt, verdict string, categories ...string) error {
	pending := &pendingFeedback{
		message: feedbackMessage{"feedback", id, receipt, verdict, categories},
		done:    make(chan struct{}),
	}
	c.mutex.Lock()
	if c.closed != "" {
		c.mutex.Unlock()
		return &Failed{Message: c.closed}
	}
	c.feedback = append(c.feedback, pending)
	c.say(pending.message)
	c.mutex.Unlock()
	select {
	case <-pending.done:
		return pending.failure
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close fails the streams still open and leaves the server. Not for a listener to call, which it would wait for.
func (c *Client) Close() {
	c.mutex.Lock()
	c.giveUp("the client is closed")
	socket := c.socket
	c.mutex.Unlock()
	if socket != nil {
		socket.leave(1000)
	}
	select {
	case <-c.done:
	case <-time.After(5 * time.Second):
	}
}

func (c *Client) run(current *socket) {
	defer close(c.done)
	for current != nil {
		status := c.listen(current)
		current.end()
		c.mutex.Lock()
		c.socket = nil
		if isInVain(status) {
			c.giveUp(fmt.Sprintf("the server closed the connection with %d", status))
		}
		c.mutex.Unlock()
		if current = c.dialAgain(); current != nil {
			c.attachAll(current)
		}
	}
}

func (c *Client) dialAgain() *socket {
	for {
		c.mutex.Lock()
		bound := float64(c.settings.FirstBackoff) * math.Pow(2, math.Min(16, float64(c.attempt)))
		c.attempt++
		over := c.closed != ""
		c.mutex.Unlock()
		if over {
			return nil
		}
		wait := c.settings.Random() * math.Min(bound, float64(c.settings.LongestBackoff))
		c.settings.Wait(c.closing, time.Duration(wait))
		if c.closing.Err() != nil {
			return nil
		}
		opened, err := dial(c.closing, c.address, c.settings)
		if err == nil {
			return opened
		}
		var refused *refusal
		if errors.As(err, &refused) && refused.inVain() {
			c.mutex.Lock()
			c.giveUp(err.Error())
			c.mutex.Unlock()
		}
	}
}

func (c *Client) attachAll(opened *socket) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.closed != "" {
		opened.leave(1000)
		return
	}
	c.socket = opened
	for _, stream := range c.streams {
		stream.attach()
	}
	for _, pending := range c.feedback {
		c.say(pending.message)
	}
}

// listen reads until the connection is over and returns the status it was closed with.
func (c *Client) listen(current *socket) int {
	for {
		frame, status := current.read(c.settings.SilenceTimeout)
		if status != 0 {
			return status
		}
		c.onFrame(frame)
	}
}

func (c *Client) onFrame(frame []byte) {
	var message Message
	err := json.Unmarshal(frame, &message)
	var wrongType *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &wrongType) || message.Type == "" {
		return // the server speaks JSON; what is not cannot be about any stream
	}
	c.mutex.Lock()
	c.attempt = 0
	var stream *Stream
	if message.Stream != nil {
		stream = c.find(*message.Stream)
	}
	c.mutex.Unlock()
	if c.settings.OnMessage != nil {
		c.settings.OnMessage(message)
	}
	if stream != nil && stream.options.OnMessage != nil {
		stream.options.OnMessage(message)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if stream != nil {
		stream.actOn(message, err)
	} else if message.Stream == nil {
		c.actOn(message)
	}
}

// actOn takes what is about no stream. Feedback is answered in order and its errors carry no id, so an error without a
// stream is the oldest one's.
func (c *Client) actOn(message Message) {
	for i, pending := range c.feedback {
		if message.Type == "feedback_recorded" && message.ID != pending.message.ID {
			continue
		}
		if message.Type == "error" {
			pending.failure = &Failed{message.Code, message.Message, message.RetryAfterMs}
		} else if message.Type != "feedback_recorded" {
			return
		}
		c.feedback = append(c.feedback[:i:i], c.feedback[i+1:]...)
		close(pending.done)
		return
	}
}

func (c *Client) giveUp(reason string) {
	if c.closed == "" {
		c.closed = reason
	}
	c.close()
	for _, stream := range append([]*Stream(nil), c.streams...) {
		stream.finish(&Failed{Message: reason})
	}
	for _, pending := range c.feedback {
		pending.failure = &Failed{Message: reason}
		close(pending.done)
	}
	c.feedback = nil
}

func (c *Client) find(name string) *Stream {
	for _, stream := range c.streams {
		if stream.options.Stream == name {
			return stream
		}
	}
	return nil
}

func (c *Client) say(message interface{}) {
	if c.socket == nil {
		return
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(message); err != nil {
		panic(err) // strings and numbers can always be written
	}
	c.socket.send(opText, bytes.TrimRight(out.Bytes(), "\n"))
}

// Stream is one text under moderation.
type Stream struct {
	client  *Client
	options StreamOptions

	// From here on: under the client's mutex. Offsets are bytes of the text.
	changed    chan struct{} // closed and replaced whenever somebody may have something to go on with
	text       []byte        // all of it, to be sent again after a lost connection
	half       []byte        // a character whose rest has not come yet
	mode       Mode
	resume     string
	granted    int
	sent       int // on this connection
	written    int // on any connection
	published  int
	flushAt    int
	ending     bool
	endSent    bool
	cancelling bool
	cancelSent bool
	redactions []redaction
	pieces     []string // may be seen, not yet read
	outcome    Outcome
}

type redaction struct {
	from, to    int
	replacement string
}

type openMessage struct {
	Type  string `json:"type"`
	Units string `json:"units"`
	StreamOptions
	Resume string `json:"resume,omitempty"`
}

type deltaMessage struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
	Text   string `json:"text"`
	At     int    `json:"at"`
}

type endMessage struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
	Length int    `json:"length"`
}

type plainMessage struct {
	Type   string `json:"type"`
	Stream string `json:"stream"`
}

// Name is the stream's on the wire.
func (s *Stream) Name() string { return s.options.Stream }

// Send adds a piece to the text, which may end inside a character, and waits until it was sent: for credit, and for a
// lost connection to come back. A generator that sends so is slowed to what the server can score. It fails with ErrOver
// when the stream is over; when the context is done first, the piece still is part of the text.
func (s *Stream) Send(ctx context.Context, piece string) error {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	if s.ending || s.cancelling {
		return ErrEnded
	}
	if s.outcome != nil {
		return ErrOver
	}
	s.append(piece)
	until := len(s.text)
	s.pump()
	for s.written < until && !s.cancelling && s.outcome == nil {
		if err := s.await(ctx); err != nil {
			return err
		}
	}
	if s.written < until || s.outcome != nil {
		return ErrOver
	}
	return nil
}

// Flush says that the generator stalled: it asks for a provisional score of what was sent so far.
func (s *Stream) Flush() {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	s.flushAt = len(s.text)
	s.pump()
}

// End says that the text is complete.
func (s *Stream) End() {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	if !s.ending && len(s.half) > 0 {
		s.text = append(s.text, string(utf8.RuneError)...)
		s.half = nil
	}
	s.ending = true
	s.pump()
}

// Cancel gives the stream up; pieces still waiting are not sent. The outcome is Ended, verdict cancelled.
func (s *Stream) Cancel() {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	s.cancelling = true
	s.pump()
	s.notify()
}

// Next waits for more of what the reader may see. After all of it, it fails: with io.EOF when the stream has ended, else
// with *Stopped or *Failed.
func (s *Stream) Next(ctx context.Context) (string, error) {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	for len(s.pieces) == 0 {
		switch outcome := s.outcome.(type) {
		case *Ended:
			return "", io.EOF
		case *Stopped:
			return "", outcome
		case *Failed:
			return "", outcome
		}
		if err := s.await(ctx); err != nil {
			return "", err
		}
	}
	piece := s.pieces[0]
	s.pieces = s.pieces[1:]
	return piece, nil
}

// Outcome waits until the stream is over; it fails only when the context is done first.
func (s *Stream) Outcome(ctx context.Context) (Outcome, error) {
	s.client.mutex.Lock()
	defer s.client.mutex.Unlock()
	for s.outcome == nil {
		if err := s.await(ctx); err != nil {
			return nil, err
		}
	}
	return s.outcome, nil
}

// await waits for a change without the mutex, and has it again when it returns.
func (s *Stream) await(ctx context.Context) error {
	changed := s.changed
	s.client.mutex.Unlock()
	defer s.client.mutex.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Stream) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// append keeps an incomplete character for later. Bytes that are not UTF-8 become what the server would read, U+FFFD,
// one for each maximal subpart (Unicode, section 3.9).
func (s *Stream) append(piece string) {
	rest := append(s.half, piece...)
	s.half = nil
	for len(rest) > 0 {
		if !utf8.FullRune(rest) {
			s.half = append([]byte(nil), rest...)
			return
		}
		character, size := utf8.DecodeRune(rest)
		if character == utf8.RuneError && size == 1 {
			for size < len(rest) && !utf8.FullRune(rest[:size+1]) {
				size++
			}
			s.text = append(s.text, string(utf8.RuneError)...)
		} else {
			s.text = append(s.text, rest[:size]...)
		}
		rest = rest[size:]
	}
}

func (s *Stream) attach() {
	s.granted = initialCredit
	s.sent = 0
	s.endSent = false
	s.cancelSent = false
	s.redactions = nil // those not yet published are said again
	s.client.say(openMessage{"open", "utf8", s.options, s.resume})
	s.pump()
}

// pump sends what credit allows, then what was asked for after it.
func (s *Stream) pump() {
	name := s.options.Stream
	if s.client.socket == nil || s.outcome != nil {
		return
	}
	if s.cancelling {
		if !s.cancelSent {
			s.cancelSent = true
			s.client.say(plainMessage{"cancel", name})
		}
		return
	}
	for {
		at := s.sent
		until := s.besideCharacter(least(len(s.text), s.granted, at+maxDelta))
		if until <= at {
			break
		}
		s.sent = until
		s.client.say(deltaMessage{"delta", name, string(s.text[at:until]), at})
	}
	if s.sent > s.written {
		s.written = s.sent
		s.notify()
	}
	s.publishWritten()
	if s.flushAt >= 0 && s.sent >= s.flushAt {
		s.flushAt = -1
		s.client.say(plainMessage{"flush", name})
	}
	if s.ending && !s.endSent && s.sent == len(s.text) {
		s.endSent = true
		s.client.say(endMessage{"end", name, len(s.text)})
	}
}

// besideCharacter is the same place, or where the character begins that it is inside of.
func (s *Stream) besideCharacter(place int) int {
	for place > 0 && place < len(s.text) && !utf8.RuneStart(s.text[place]) {
		place--
	}
	return place
}

func (s *Stream) actOn(message Message, fault error) {
	if s.outcome != nil {
		return
	}
	if fault == nil {
		fault = s.try(message)
	}
	if fault != nil && isKnown(message.Type) {
		s.cancelling = true
		s.pump()
		s.finish(&Failed{Message: "unreadable answer: " + fault.Error()})
	}
}

func (s *Stream) try(message Message) error {
	switch message.Type {
	case "opened":
		if message.Units != "utf8" || message.Credit == nil || *message.Credit < 0 {
			return errors.New("opened.units is not utf8, or it gives no credit")
		}
		s.mode = message.Mode
		if s.options.Mode == Gate {
			s.mode = Gate // nothing unreleased is shown then, whatever the server makes of it
		}
		s.resume = message.Resume
		s.granted = *message.Credit
		s.publishWritten()
		s.pump()
	case "released":
		if message.Through == nil || *message.Through < 0 {
			return errors.New("released.through is not a count")
		}
		s.publishThrough(*message.Through)
	case "redacted":
		if message.From == nil || message.To == nil || message.Replacement == nil || *message.From < 0 || *message.To < *message.From {
			return errors.New("redacted is not a span with a replacement")
		}
		s.redactions = append(s.redactions, redaction{*message.From, *message.To, *message.Replacement})
	case "credit":
		if message.Add == nil || *message.Add < 0 {
			return errors.New("credit.add is not a count")
		}
		s.granted += *message.Add
		s.pump()
	case "ended":
		if message.Through == nil || *message.Through < 0 {
			return errors.New("ended.through is not a count")
		}
		if message.Verdict != "cancelled" {
			s.publishThrough(*message.Through)
		}
		s.finish(&Ended{*message.Through, message.Verdict, message.MaxRisk, message.Receipt, message.Coarse, message.Unscored, message.Asleep})
	case "stopped":
		if message.At == nil || message.Onset == nil || message.Released == nil || message.Exposure == nil {
			return errors.New("stopped misses an offset")
		}
		s.finish(&Stopped{*message.At, *message.Onset, *message.Released, *message.Exposure, message.Category, message.Categories,
			message.Severity, message.Risk, message.Rule, message.Policy, message.Message, message.Receipt})
	case "error":
		if message.Final {
			s.finish(&Failed{message.Code, message.Message, message.RetryAfterMs})
		}
	}
	return nil
}

// publishWritten is for the modes that hold nothing back; while the mode is not known yet, everything is held.
func (s *Stream) publishWritten() {
	if (s.mode == Monitor || s.mode == Live) && s.written > s.published {
		piece := string(s.text[s.published:s.written])
		s.published = s.written
		s.publish(piece)
	}
}

func (s *Stream) publishThrough(through int) {
	end := s.besideCharacter(least(through, s.sent))
	var shown strings.Builder
	for s.published < end {
		if len(s.redactions) > 0 && s.redactions[0].to <= s.published {
			s.redactions = s.redactions[1:] // before a lost connection it was shown replaced
		} else if len(s.redactions) == 0 || s.redactions[0].from >= end {
			shown.Write(s.text[s.published:end])
			s.published = end
		} else {
			next := s.redactions[0]
			if next.from > s.published {
				shown.Write(s.text[s.published:next.from])
				s.published = next.from
			}
			if next.to > end {
				break // a span is never cut: it waits until all of it is released
			}
			shown.WriteString(next.replacement)
			s.published = next.to
			s.redactions = s.redactions[1:]
		}
	}
	s.publish(shown.String())
}

func (s *Stream) publish(piece string) {
	if piece != "" {
		s.pieces = append(s.pieces, piece)
		s.notify()
	}
}

func (s *Stream) finish(outcome Outcome) {
	if s.outcome != nil {
		return
	}
	s.outcome = outcome
	for i, open := range s.client.streams {
		if open == s {
			s.client.streams = append(s.client.streams[:i:i], s.client.streams[i+1:]...)
			break
		}
	}
	s.text = nil
	s.redactions = nil
	s.notify()
}

const (
	opContinuation = 0
	opText         = 1
	opBinary       = 2
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// refusal is a handshake answered with another status than 101.
type refusal struct{ status int }

func (r *refusal) Error() string {
	return fmt.Sprintf("the server refused the connection with HTTP %d", r.status)
}

func (r *refusal) inVain() bool {
	return r.status >= 400 && r.status < 500 && r.status != 408 && r.status != 429
}

// socket is RFC 6455 from the client's side. One goroutine reads; what is said is queued and written by another, so that
// who holds the client's mutex never waits for the network.
type socket struct {
	conn     net.Conn
	reader   *bufio.Reader
	partial  []byte
	inPieces bool

	mutex   sync.Mutex
	queue   []byte
	leaving bool
	bell    chan struct{}
	written chan struct{} // closed when nothing more is written
}

func dial(ctx context.Context, address string, settings Settings) (*socket, error) {
	target, err := url.Parse(address)
	if err != nil || (target.Scheme != "ws" && target.Scheme != "wss") || target.Hostname() == "" {
		return nil, errors.New("weir: another address (expected: ws://host:port/v1/stream or wss://…)")
	}
	ctx, cancel := context.WithTimeout(ctx, settings.ConnectTimeout)
	defer cancel()
	secure := target.Scheme == "wss"
	port := target.Port()
	if port == "" && secure {
		port = "443"
	} else if port == "" {
		port = "80"
	}
	host := net.JoinHostPort(target.Hostname(), port)
	var conn net.Conn
	if secure {
		conn, err = (&tls.Dialer{Config: settings.TLS}).DialContext(ctx, "tcp", host)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", host)
	}
	if err != nil {
		return nil, err
	}
	opened := &socket{conn: conn, reader: bufio.NewReader(conn), bell: make(chan struct{}, 1), written: make(chan struct{})}
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	if err := opened.shakeHands(target, settings.Token); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	go opened.write()
	return opened, nil
}

func (s *socket) shakeHands(target *url.URL, token string) error {
	nonce := make([]byte, 16)
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	key := base64.StdEncoding.EncodeToString(nonce)
	request := &http.Request{
		Method: "GET", URL: target, Host: target.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Upgrade":                {"websocket"},
			"Connection":             {"Upgrade"},
			"Sec-Websocket-Key":      {key},
			"Sec-Websocket-Version":  {"13"},
			"Sec-Websocket-Protocol": {subprotocol},
		},
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if err := request.Write(s.conn); err != nil {
		return err
	}
	answer, err := http.ReadResponse(s.reader, request)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return &refusal{answer.StatusCode}
	}
	hash := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	accepted := answer.Header.Get("Sec-Websocket-Accept") == base64.StdEncoding.EncodeToString(hash[:])
	if !accepted || answer.Header.Get("Sec-Websocket-Protocol") != subprotocol {
		return errors.New("weir: the server did not agree to a WebSocket with " + subprotocol)
	}
	return nil
}

// send queues a frame.
func (s *socket) send(opcode byte, payload []byte) {
	head := []byte{0x80 | opcode, 0x80}
	switch length := len(payload); {
	case length < 126:
		head[1] |= byte(length)
	case length < 1<<16:
		head[1] |= 126
		head = binary.BigEndian.AppendUint16(head, uint16(length))
	default:
		head[1] |= 127
		head = binary.BigEndian.AppendUint64(head, uint64(length))
	}
	var mask [4]byte
	if _, err := rand.Read(mask[:]); err != nil {
		panic(err) // there is no going on without a random source
	}
	s.mutex.Lock()
	s.queue = append(append(s.queue, head...), mask[:]...)
	for i, b := range payload {
		s.queue = append(s.queue, b^mask[i%4])
	}
	s.mutex.Unlock()
	s.ring()
}

// leave says goodbye after what is queued, and closes.
func (s *socket) leave(status uint16) {
	s.send(opClose, binary.BigEndian.AppendUint16(nil, status))
	s.mutex.Lock()
	s.leaving = true
	s.mutex.Unlock()
	s.conn.SetDeadline(time.Now().Add(time.Second))
	s.ring()
}

func (s *socket) ring() {
	select {
	case s.bell <- struct{}{}:
	default: // it rings already
	}
}

// end closes, after the goodbye if there is one.
func (s *socket) end() {
	s.mutex.Lock()
	if !s.leaving {
		s.conn.Close()
	}
	s.mutex.Unlock()
	s.ring()
	<-s.written
}

// write runs until the connection is closed, or left.
func (s *socket) write() {
	defer close(s.written)
	for range s.bell {
		s.mutex.Lock()
		queue, leaving := s.queue, s.leaving
		s.queue = nil
		s.mutex.Unlock()
		if _, err := s.conn.Write(queue); err != nil || leaving {
			s.conn.Close()
			return
		}
	}
}

// read returns the next whole text message, or the status of a connection that is over.
func (s *socket) read(silence time.Duration) ([]byte, int) {
	for {
		s.mutex.Lock()
		if !s.leaving {
			s.conn.SetReadDeadline(time.Now().Add(silence))
		}
		s.mutex.Unlock()
		var head [2]byte
		if _, err := io.ReadFull(s.reader, head[:]); err != nil {
			return nil, statusAbnormal
		}
		opcode, last := head[0]&0x0f, head[0]&0x80 != 0
		length := uint64(head[1] & 0x7f)
		isControl := opcode&8 != 0
		if head[0]&0x70 != 0 || head[1]&0x80 != 0 || isControl && (!last || length > 125) {
			return nil, s.fail(1002)
		}
		var err error
		if length == 126 {
			var long [2]byte
			_, err = io.ReadFull(s.reader, long[:])
			length = uint64(binary.BigEndian.Uint16(long[:]))
		} else if length == 127 {
			var long [8]byte
			_, err = io.ReadFull(s.reader, long[:])
			length = binary.BigEndian.Uint64(long[:])
		}
		if err == nil && length+uint64(len(s.partial)) > maxMessage {
			return nil, s.fail(1009)
		}
		payload := make([]byte, length)
		if _, short := io.ReadFull(s.reader, payload); err != nil || short != nil {
			return nil, statusAbnormal
		}
		switch {
		case opcode == opPing:
			s.send(opPong, payload)
		case opcode == opPong:
		case opcode == opClose && length < 2:
			s.leave(1000)
			return nil, statusNone
		case opcode == opClose:
			status := binary.BigEndian.Uint16(payload)
			s.leave(status)
			return nil, int(status)
		case opcode == opBinary:
			return nil, s.fail(1003)
		case opcode > opText || (opcode == opContinuation) != s.inPieces:
			return nil, s.fail(1002)
		default:
			s.partial = append(s.partial, payload...)
			s.inPieces = !last
			if last {
				whole := s.partial
				s.partial = nil
				if !utf8.Valid(whole) {
					return nil, s.fail(1007)
				}
				return whole, 0
			}
		}
	}
}

// fail says that the server broke the protocol; the client connects again.
func (s *socket) fail(status uint16) int {
	s.leave(status)
	return statusAbnormal
}

// isInVain says whether connecting again would end the same.
func isInVain(status int) bool {
	switch status {
	case 1002, 1003, 1007, 1009, 4400, 4401, 4403:
		return true
	}
	return false
}

func isKnown(messageType string) bool {
	switch messageType {
	case "opened", "released", "flagged", "redacted", "stopped", "ended", "credit", "error":
		return true
	}
	return false
}

func waitByTimer(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func orDuration(given, otherwise time.Duration) time.Duration {
	if given == 0 {
		return otherwise
	}
	return given
}

func least(first int, others ...int) int {
	for _, other := range others {
		if other < first {
			first = other
		}
	}
	return first
}
