"""One copy, run and judged."""

import glob
import json
import os
import random
import shutil
import signal
import subprocess
import time

import processes
from fault import Fault
from ground import DMSCP, MIB, PROGRAMS, WORK

OLD = b"what was there before\n"
# A copy that has to be told about a dead end, or that competes with many, is slow; one that takes longer than this hangs.
PATIENCE = 90
EXIT_OF_COMMAND = 8
EXIT_BUG = 70


class Trial:
    def __init__(self, ground, part, transfer):
        self.ground = ground
        self.transfer = transfer
        self.tag = f"{part}-{transfer.index}"
        self.part = part
        self.folder = os.path.join(WORK, self.tag)
        self.source = os.path.join(self.folder, "source")
        self.target = os.path.join(self.folder, "target")
        self.done = os.path.join(self.folder, "done")
        self.has_ended = False
        self.process = None
        self.fault = None
        self.status = None
        self.seconds = None
        self.verdict = {}
        self.complaints = []
        self._helpers = []

    def run(self):
        self._prepare()
        start = time.monotonic()
        try:
            self._start()
            self.fault = Fault(self)
            self.fault.start()
            try:
                self.status = self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._complain(f"not at its end after {PATIENCE} s: {self._stacks()}")
                self._kill_all()
                self.status = self.process.wait()
            self.has_ended = True
            self.seconds = time.monotonic() - start
            self.fault.join()
            self._end_helpers()
        finally:
            self.has_ended = True
        self._judge()
        return self

    def has_event(self, mark):
        try:
            with open(os.path.join(self.folder, "events"), encoding="utf-8") as events:
                return mark in events.read()
        except OSError:
            return False

    def remove(self):
        shutil.rmtree(self.folder)

    def command(self):
        """The words of dmscp."""
        t = self.transfer
        words = ["ip", "netns", "exec", "soak-a"] if t.far == "b" else []
        words += [DMSCP, "-w" if t.direction == "write" else "-r", "-connect", t.connect, *t.protection, "-streams", str(t.streams),
                  "-p", f"{t.port}-{t.port + 9}", "-timeout", str(t.timeout), "-events", os.path.join(self.folder, "events"), "-d", self.folder]
        if t.far == "local":
            words += ["-e", "local"]
        else:
            words += ["-s", t.far, "-ssh-config", os.path.join(self.folder, "ssh_config")]
        if t.far == "b":
            words += ["-prefix", f"PIPE_TEST={self.tag}; PATH={PROGRAMS}:$PATH; export PATH PIPE_TEST"]
        if t.rate:
            words += ["-rate", str(t.rate)]
        here, there = (t.source, t.sink) if t.direction == "write" else (t.sink, t.source)
        text = self._source_command() if t.direction == "write" else self._sink_command()
        local = {"file": ["-l", self.source if t.direction == "write" else self.target], "command": ["-L", f"cd {self.folder}; {text}"], "pipe": []}[here]
        text = self._sink_command() if t.direction == "write" else self._source_command()
        remote = {"file": ["-f", "target" if t.direction == "write" else "source"], "command": ["-R", text]}[there]
        return words + local + remote

    def _source_command(self):
        return f"head -c {self.transfer.size // 2} source; exit 3" if self.transfer.fault == "source" else "cat source"

    def _sink_command(self):
        if self.transfer.fault == "sink":
            return f"head -c {self.transfer.size // 2} > target; exit 3"
        return "cat > target && touch done"

    def _prepare(self):
        t = self.transfer
        os.mkdir(self.folder)
        self.ground.slice(self.source, t.size, random.Random(self.tag))
        if t.has_old and t.sink == "file":
            with open(self.target, "wb") as to:
                to.write(OLD)
        self.ground.ssh_config(os.path.join(self.folder, "ssh_config"), self.tag)
        if t.far == "other":
            os.chown(self.folder, self.ground.other_id, -1)
        if t.far == "b":
            self.ground.need_link()

    def _start(self):
        t = self.transfer
        environment = dict(os.environ, PIPE_TEST=self.tag, PATH=f"{PROGRAMS}:{os.environ['PATH']}", LC_ALL="C")
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        if t.source == "pipe":
            cat = subprocess.Popen(["cat", self.source], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
            self._helpers.append(cat)
            streams["stdin"] = cat.stdout
        if t.sink == "pipe":
            streams["stdout"] = subprocess.PIPE
        with open(os.path.join(self.folder, "words"), "wb") as words:
            self.process = subprocess.Popen(self.command(), stderr=words, env=environment, **streams)
        if t.source == "pipe":
            streams["stdin"].close()
        if t.sink == "pipe":
            with open(self.target, "wb") as to:
                self._helpers.append(subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=to, env=environment))
            self.process.stdout.close()

    def _end_helpers(self):
        for helper in self._helpers:
            try:
                helper.wait(10)
            except subprocess.TimeoutExpired:
                self._complain("a process still holds its standard input or output 10 s after its end")
                helper.kill()
                helper.wait()

    def _judge(self):
        t = self.transfer
        self.words = self._read("words").decode(errors="replace")
        lines = self._read("events").decode(errors="replace").splitlines()
        if lines and '"verdict"' in lines[-1]:
            self.verdict = json.loads(lines[-1])
        if self.status >= 0 and self.verdict.get("exit", -1) != self.status:
            self._complain(f"exit status {self.status}, but the last event says {lines[-1] if lines else 'nothing'}")
        if self.status == EXIT_BUG or "internal error" in self.words or "Unhandled" in self.words:
            self._complain("a fault in the program")
        self._judge_status()
        self._judge_target()
        if left := glob.glob(os.path.join(self.folder, ".*.pipe-*")):
            self._complain(f"a temporary file is left: {left[0]}") if self.status >= 0 and t.fault not in ("server", "client") else None

    def _judge_status(self):
        t = self.transfer
        hit = self.fault.hits
        if t.is_survivable and self.status != 0 and (t.fault not in ("ssh", "sshd") or self.fault.was_moving):
            self._complain(f"did not survive: exit status {self.status}")
        elif t.fault in ("source", "sink") and self.status != EXIT_OF_COMMAND:
            self._complain(f"exit status {self.status} instead of {EXIT_OF_COMMAND}")
        elif t.fault == "client" and hit and self.status not in ((-signal.SIGKILL, 0) if t.signal == "KILL" else (6, 0)):
            self._complain(f"exit status {self.status} of a client that got SIG{t.signal}")
        elif t.fault == "server" and self.status not in (0, 3, 6):
            self._complain(f"exit status {self.status} after SIG{t.signal} of the server")

    def _judge_target(self):
        t = self.transfer
        is_whole = self._is_whole()
        if self.status == 0:
            if not is_whole:
                self._complain("success, but the target is not the source")
            if t.sink == "command" and not os.path.exists(self.done):
                self._complain("success, but the command did not end")
            if self.verdict and self.verdict["bytes"] != t.size:
                self._complain(f"success with {self.verdict['bytes']} bytes instead of {t.size}")
            return
        if t.sink == "file" and not is_whole and self._read("target") != (OLD if t.has_old else b""):
            self._complain("a failure, but something half is under the final name")
        if t.sink == "file" and is_whole and t.size and t.fault in ("source", "sink"):
            self._complain("a failed source was committed")
        if t.sink == "command" and os.path.exists(self.done) and not is_whole:
            self._complain("the command took half of its input for all")
        if t.sink == "pipe" and not self._is_whole(prefix=True):
            self._complain("the output is not a prefix of the input")

    def _is_whole(self, prefix=False):
        """Whether the target is there and has the bytes of the source."""
        try:
            with open(self.source, "rb") as one, open(self.target, "rb") as two:
                while True:
                    a, b = one.read(4 * MIB), two.read(4 * MIB)
                    if a != b:
                        return prefix and a.startswith(b) and not two.read(1)
                    if not a:
                        return True
        except OSError:
            return False

    def _read(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as source:
                return source.read()
        except OSError:
            return b""

    def _complain(self, text):
        self.complaints.append(text)

    def failures(self):
        """A line for each complaint, with what is needed to see it again."""
        again = f"tests/soak/run {self.part} --seed {self.ground.seed} --only {self.transfer.index}"
        last = self.words.strip().replace("\n", " | ")[-400:]
        return [f"{self.tag}: {text}; {self.transfer}; hits {self.fault.hits}; it said: {last}; again: {again}; {' '.join(self.command())}"
                for text in self.complaints]

    def _stacks(self):
        return "; ".join(str(p) for p in processes.tagged(self.tag))

    def _kill_all(self):
        for process in processes.tagged(self.tag):
            process.kill()
