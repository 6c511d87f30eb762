"""A user of the Python client who does what the conformance tests say, one JSON object a line each way."""

import dataclasses
import json
import logging
import queue
import sys
import threading

import weir

logging.disable()  # what goes to stderr fails a test

WORDS = {"max_risk": "maxRisk", "retry_after_ms": "retryAfterMs"}

client = None
streams = {}
reconnections = threading.Semaphore(0)
writing = threading.Lock()


def report(**what):
    with writing:
        print(json.dumps(what), flush=True)


def wait(seconds):
    report(waits=round(seconds * 1000))
    reconnections.acquire()


def connect(url, token=None, silence=60_000):
    global client
    try:
        client = weir.connect(url, token=token, silence_timeout=silence / 1000, random=lambda: 0.5, wait=wait)
    except (weir.WeirError, OSError):
        pass
    report(connected=client is not None)


def open_stream(stream, **options):
    opened = client.open(stream=stream, **options)
    if stream not in streams:
        streams[stream] = opened, in_turn()
    threading.Thread(target=read, args=(opened,), daemon=True).start()
    threading.Thread(target=await_outcome, args=(opened,), daemon=True).start()


def read(stream):
    try:
        for text in stream:
            report(stream=stream.name, text=text)
        report(stream=stream.name, read="all")
    except weir.WeirError:
        report(stream=stream.name, read="failed")


def await_outcome(stream):
    outcome = stream.outcome()
    fields = {WORDS.get(name, name): value for name, value in dataclasses.asdict(outcome).items()}
    report(stream=stream.name, outcome={"kind": type(outcome).__name__.lower(), **fields})


def in_turn():
    """What a generator does is done one after the other, on a thread that may have to wait."""
    work = queue.Queue()

    def run():
        while True:
            work.get()()

    threading.Thread(target=run, daemon=True).start()
    return work


def send(stream, text):
    try:
        report(stream=stream.name, taken=stream.send(text))
    except ValueError:  # cancelled before its turn came
        report(stream=stream.name, taken=False)


def feedback(id, **judgement):
    def judge():
        try:
            report(recorded=id, receipt=client.feedback(id, **judgement))
        except weir.WeirError as refused:
            report(refused=id, code=refused.code)

    threading.Thread(target=judge, daemon=True).start()


def close():
    if client is not None:
        threading.Thread(target=reconnections.release).start()
        client.close()


def act(do, **action):
    if do == "connect":
        connect(**action)
    elif do == "open":
        open_stream(**action)
    elif do == "feedback":
        feedback(**action)
    elif do == "reconnect":
        reconnections.release()
    elif do == "sync":
        report(synced=True)
    elif do == "close":
        close()
    else:
        stream, work = streams[action["stream"]]
        if do == "send":
            work.put(lambda: send(stream, action["text"]))
        elif do == "cancel":
            stream.cancel()
        elif do == "end":
            work.put(stream.end)
        elif do == "flush":
            work.put(stream.flush)
        else:
            raise ValueError(do)


for line in sys.stdin:
    act(**json.loads(line))
close()
