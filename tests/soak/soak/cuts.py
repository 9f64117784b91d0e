"""Pipes whose data connections are all closed once a second, for a minute."""

import hashlib
import json
import os
import shutil
import subprocess
import threading
import time

import processes
from fault import close_connections
from ground import DMSCP, MIB, PROGRAMS, WORK
from report import Finding, Table

SECONDS = 60
RATE = 6 * MIB
# All at the same time: direction, protection, way, far end.
PIPES = [("write", "", "direct", "root"), ("read", "", "direct", "root"), ("write", "-encrypt", "direct", "other"), ("read", "-encrypt", "reverse", "root"),
         ("write", "-authenticate", "reverse", "local"), ("read", "-authenticate", "direct", "local")]
GROWTH = 24 * MIB
MORE_DESCRIPTORS = 8


def run(ground, count, only=None):
    seconds = max(10, SECONDS * count // 1000)
    table = Table(f"all data connections closed once a second for {seconds} s",
                  ["pipe", "MiB", "rounds", "connections cut", "lanes lost", "longest pause s", "seconds",
                   "descriptors here", "there", "MiB resident here", "there"])
    pipes = [Pipe(ground, number, seconds, *what) for number, what in enumerate(PIPES)]
    for pipe in pipes:
        pipe.start()
    failures = []
    for pipe in pipes:
        pipe.join()
        table.add(*pipe.figures())
        failures += [f"cuts, {pipe}, seed {ground.seed}: {text}" for text in pipe.complaints]
    return Finding([table], failures)


class Pipe(threading.Thread):
    """A stream of random bytes through dmscp; what comes out is compared with what went in by length and SHA-256."""

    def __init__(self, ground, number, seconds, direction, protection, connect, far):
        super().__init__(daemon=True)
        self.complaints = []
        self._words = ["-w" if direction == "write" else "-r", "-connect", connect, *protection.split()]
        self._far = far
        self._seconds = seconds
        self._port = 19100 + number * 10
        self._folder = os.path.join(WORK, f"cuts-{number}")
        self._tag = f"cuts-{number}"
        self._ground = ground
        self._is_write = direction == "write"
        self._rounds = self._cut = 0
        self._samples = []
        self._verdict = {}

    def __str__(self):
        return f"{' '.join(self._words)}, far end {self._far}"

    def run(self):
        os.mkdir(self._folder)
        os.mkfifo(os.path.join(self._folder, "pipe"), 0o666)
        os.chmod(os.path.join(self._folder, "pipe"), 0o666)
        self._ground.ssh_config(os.path.join(self._folder, "ssh_config"), self._tag)
        self._flow = Flow(self._ground.pool, self._seconds)
        started = time.monotonic()
        process = self._start()
        streams = [process.stdin if self._is_write else None, None if self._is_write else process.stdout]
        fifo = os.path.join(self._folder, "pipe")
        self._flow.start(streams[0] or fifo, streams[1] or fifo)
        self._cut_for(process)
        try:
            status = process.wait(60)
        except subprocess.TimeoutExpired:
            self.complaints.append("not at its end 60 s after the last byte was given")
            for one in processes.tagged(self._tag):
                one.kill()
            status = process.wait()
        self._flow.join()
        self._elapsed = time.monotonic() - started
        self._judge(status)
        shutil.rmtree(self._folder)

    def figures(self):
        first, last = self._samples[0] if self._samples else [None] * 4, self._samples[-1] if self._samples else [None] * 4
        both = [f"{a} - {b}" for a, b in zip(first, last)]
        return (str(self), self._flow.received >> 20, self._rounds, self._cut, self._verdict.get("lost"), self._flow.longest, self._elapsed, *both)

    def _start(self):
        far = ["-e", "local"] if self._far == "local" else ["-s", self._far, "-ssh-config", os.path.join(self._folder, "ssh_config")]
        command = "cat > pipe" if self._is_write else "cat pipe"
        words = [DMSCP, *self._words, *far, "-p", f"{self._port}-{self._port + 9}", "-rate", str(RATE), "-events", os.path.join(self._folder, "events"),
                 "-d", self._folder, "-R", command]
        environment = dict(os.environ, PIPE_TEST=self._tag, PATH=f"{PROGRAMS}:{os.environ['PATH']}")
        with open(os.path.join(self._folder, "words"), "wb") as said:
            return subprocess.Popen(words, env=environment, stderr=said, stdin=subprocess.PIPE if self._is_write else subprocess.DEVNULL,
                                    stdout=subprocess.DEVNULL if self._is_write else subprocess.PIPE)

    def _cut_for(self, process):
        while not self._flow.received > MIB and process.poll() is None:
            time.sleep(0.05)
        end = time.monotonic() + self._seconds
        while time.monotonic() < end and process.poll() is None:
            if self._rounds % 10 == 5:
                self._sample(process)
            time.sleep(1)
            self._rounds += 1
            self._cut += close_connections(self._port)
        self._flow.is_over = True

    def _sample(self, process):
        server = next((p for p in processes.tagged(self._tag) if p.is_server), None)
        client = processes.get(process.pid)
        if server and client:
            self._samples.append((client.descriptors, server.descriptors, client.resident >> 20, server.resident >> 20))

    def _judge(self, status):
        with open(os.path.join(self._folder, "events"), encoding="utf-8") as events:
            self._verdict = json.loads(events.read().splitlines()[-1])
        with open(os.path.join(self._folder, "words"), encoding="utf-8", errors="replace") as said:
            words = said.read().strip()[-400:]
        if status != 0:
            self.complaints.append(f"exit status {status}: {words}")
        if self._flow.difference():
            self.complaints.append(self._flow.difference())
        if self._rounds and self._cut < self._rounds:
            self.complaints.append(f"only {self._cut} connections were there to cut in {self._rounds} rounds")
        if self._samples:
            first, last = self._samples[0], self._samples[-1]
            room = [MORE_DESCRIPTORS] * 2 + [GROWTH // MIB] * 2
            if any(now > then + more for now, then, more in zip(last, first, room)):
                self.complaints.append(f"descriptors or memory grew from {first} to {last} (descriptors here, there, MiB here, there)")


class Flow:
    """Gives bytes to one descriptor until it is told that it is over, and takes them from another."""

    def __init__(self, pool, seconds):
        self._pool = pool
        self.is_over = False
        self.sent = self.received = 0
        self.longest = 0.0
        self._in, self._out = hashlib.sha256(), hashlib.sha256()
        self._latest = seconds * 3

    def start(self, to, source):
        self._threads = [threading.Thread(target=self._give, args=(to,), daemon=True), threading.Thread(target=self._take, args=(source,), daemon=True)]
        for thread in self._threads:
            thread.start()

    def join(self):
        for thread in self._threads:
            thread.join(20)

    def difference(self):
        """What is wrong with the bytes; empty if nothing is."""
        if any(thread.is_alive() for thread in self._threads):
            return "the stream did not end"
        if self.sent != self.received:
            return f"{self.sent} bytes went in, {self.received} came out"
        return "" if self._in.digest() == self._out.digest() else f"{self.sent} bytes went in and came out, but not the same"

    def _give(self, to):
        with open(self._pool, "rb") as pool, open(to, "wb", buffering=0) if isinstance(to, str) else to as out:
            while not self.is_over:
                piece = pool.read(64 * 1024)
                if not piece:
                    pool.seek(1)
                    continue
                try:
                    out.write(piece)
                except OSError:
                    return
                self._in.update(piece)
                self.sent += len(piece)

    def _take(self, source):
        last = None
        with open(source, "rb", buffering=0) if isinstance(source, str) else source as stream:
            while piece := os.read(stream.fileno(), MIB):
                now = time.monotonic()
                self.longest = max(self.longest, now - last if last else 0)
                last = now
                self._out.update(piece)
                self.received += len(piece)
