// A user of the Go client who does what the conformance tests say, one JSON object a line each way.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"weir"
)

type action struct {
	Do         string
	URL        string
	Token      string
	Silence    int
	Text       string
	Hex        string
	ID         string
	Receipt    string
	Verdict    string
	Categories []string
	weir.StreamOptions
}

// turns holds one user's stream and what its generator still has to do, one after the other.
type turns struct {
	stream *weir.Stream
	work   chan func()
}

var (
	client        *weir.Client
	streams       = map[string]*turns{}
	reconnections = make(chan struct{}, 100)
	writing       sync.Mutex
	background    = context.Background()
)

func report(what map[string]interface{}) {
	writing.Lock()
	defer writing.Unlock()
	line, err := json.Marshal(what)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func wait(ctx context.Context, length time.Duration) {
	report(map[string]interface{}{"waits": length.Milliseconds()})
	select {
	case <-reconnections:
	case <-ctx.Done():
	}
}

func connect(asked action) {
	connected, err := weir.Connect(background, asked.URL, weir.Settings{
		Token:          asked.Token,
		SilenceTimeout: time.Duration(asked.Silence) * time.Millisecond,
		Wait:           wait,
		Random:         func() float64 { return 0.5 },
	})
	client = connected
	report(map[string]interface{}{"connected": err == nil})
}

func open(options weir.StreamOptions) {
	stream := client.Open(options)
	if streams[options.Stream] == nil {
		opened := &turns{stream, make(chan func(), 100)}
		streams[options.Stream] = opened
		go func() {
			for work := range opened.work {
				work()
			}
		}()
	}
	go read(stream)
	go awaitOutcome(stream)
}

func read(stream *weir.Stream) {
	for {
		text, err := stream.Next(background)
		if _, failed := err.(*weir.Failed); failed {
			report(map[string]interface{}{"stream": stream.Name(), "read": "failed"})
			return
		}
		if err != nil {
			report(map[string]interface{}{"stream": stream.Name(), "read": "all"})
			return
		}
		report(map[string]interface{}{"stream": stream.Name(), "text": text})
	}
}

func awaitOutcome(stream *weir.Stream) {
	outcome, _ := stream.Outcome(background)
	kind := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", outcome), "*weir."))
	line, _ := json.Marshal(outcome)
	var named, spelled map[string]interface{}
	json.Unmarshal(line, &named)
	spelled = map[string]interface{}{"kind": kind}
	for name, value := range named {
		if value != "" { // a code that the server did not say
			spelled[strings.ToLower(name[:1])+name[1:]] = value
		}
	}
	report(map[string]interface{}{"stream": stream.Name(), "outcome": spelled})
}

func send(stream *weir.Stream, asked action) {
	piece := asked.Text
	if asked.Hex != "" {
		bytes, err := hex.DecodeString(asked.Hex)
		if err != nil {
			panic(err)
		}
		piece = string(bytes)
	}
	report(map[string]interface{}{"stream": stream.Name(), "taken": stream.Send(background, piece) == nil})
}

func feedback(asked action) {
	err := client.Feedback(background, asked.ID, asked.Receipt, asked.Verdict, asked.Categories...)
	if err != nil {
		report(map[string]interface{}{"refused": asked.ID})
	} else {
		report(map[string]interface{}{"recorded": asked.ID, "receipt": asked.Receipt})
	}
}

func act(asked action) {
	switch asked.Do {
	case "connect":
		connect(asked)
	case "open":
		open(asked.StreamOptions)
	case "feedback":
		go feedback(asked)
	case "reconnect":
		reconnections <- struct{}{}
	case "sync":
		report(map[string]interface{}{"synced": true})
	case "close":
		closeClient()
	case "send":
		stream := streams[asked.Stream]
		stream.work <- func() { send(stream.stream, asked) }
	case "flush":
		stream := streams[asked.Stream]
		stream.work <- stream.stream.Flush
	case "end":
		stream := streams[asked.Stream]
		stream.work <- stream.stream.End
	case "cancel":
		streams[asked.Stream].stream.Cancel()
	default:
		panic(asked.Do)
	}
}

func closeClient() {
	if client != nil {
		client.Close()
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var asked action
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		act(asked)
	}
	closeClient()
}
