"""One tool under measurement: its command line, and the results of the rounds."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import median

from ground import TIME, wait_listening

MIB = 1 << 20
GIB = 1 << 30


@dataclass
class Sample:
    seconds: float
    cpu_here: float = None
    cpu_there: float = None
    rss_here: int = None
    rss_there: int = None
    feedback: float = None


class Failed(Exception):
    """A run that ended badly, or well with the wrong result."""


def _spawn(command, **streams):
    return subprocess.Popen(command, shell=isinstance(command, str), executable="/bin/bash" if isinstance(command, str) else None, **streams)


def _reap(process, command, words):
    """CPU seconds of it and all its children."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, -15):
        with open(words.name, encoding="utf-8", errors="replace") as said:
            line = command if isinstance(command, str) else " ".join(command)
            raise Failed(f"exit status {process.returncode}: {line[:300]}: {said.read()[-500:].strip()}")
    return usage.ru_utime + usage.ru_stime


def _rss(path):
    """KiB that time has written down."""
    try:
        with open(path, encoding="ascii") as lines:
            return int(lines.read().split()[-1])
    except (OSError, IndexError, ValueError):
        return None


def _cpu(path):
    """Seconds that time has written down."""
    with open(path, encoding="ascii") as lines:
        return sum(float(word) for word in lines.read().split()[-3:-1])


def timed(ground, command, *, there=None, port=None, sshd=None, stdin=None, stdout=None, also=None, is_stopped=False, is_child=False, is_kept=False):
    """
    Runs a command to its end, and the clock with it.
    there: a server that is started before the clock runs, and listens on that port; it has to end too, unless it is_stopped then.
    also: a second command that is started together with the first and has to end too.
    sshd: whose CPU time is that of the other end, if not the usual one's.
    is_child: there is no sshd; the other end, if any, is a child of the command.
    is_kept: the login outlives the command, so the CPU time of the other end is unknown.
    """
    sshd = None if there or is_child or is_kept else sshd or ground.sshd
    here_log = os.path.join(ground.work, "here")
    for log in (here_log, ground.there_log):
        if os.path.exists(log):
            os.remove(log)
    before = sshd.cpu() if sshd else 0
    cpu_there = None
    words = open(os.path.join(ground.work, "words"), "wb")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": words}
    server = None
    if there:
        server = _spawn(there, **quiet)
        wait_listening(port, server.pid)
    if not isinstance(command, str):
        command = [TIME, "-q", "-o", here_log, "-f", "%U %S %M", *command]
    with words, open(stdin or os.devnull, "rb") as source, open(stdout or os.devnull, "wb") as to:
        start = time.monotonic()
        second = _spawn(also, **quiet) if also else None
        first = _spawn(command, stdin=source, stdout=to, stderr=words)
        try:
            here = _reap(first, command, words)
            here += _reap(second, also, words) if second else 0
            if server and not is_stopped:
                cpu_there = _reap(server, there, words)
            seconds = time.monotonic() - start
        finally:
            for process in (first, second, server):
                if process and process.returncode is None:
                    process.terminate()
        if server and is_stopped:
            cpu_there = _reap(server, there, words)
    if sshd:
        cpu_there = sshd.cpu() - before
    if is_child and os.path.exists(ground.there_log):
        cpu_there = _cpu(ground.there_log)
        here -= cpu_there
    return Sample(seconds, here, cpu_there, _rss(here_log), _rss(ground.there_log))


@dataclass
class Trial:
    name: str
    run: callable
    bytes: int = 0
    samples: list = field(default_factory=list)
    failure: str = None

    def once(self):
        try:
            self.samples.append(self.run())
        except (Failed, OSError, RuntimeError) as e:
            self.failure = str(e)
            print(f"  {self.name}: {e}", file=sys.stderr, flush=True)

    def of(self, what):
        """The median of one column, None if there is none."""
        values = [value for sample in self.samples if (value := getattr(sample, what)) is not None]
        return median(values) if values else None

    @property
    def seconds(self):
        return self.of("seconds")

    @property
    def rate(self):
        """Bytes a second."""
        return self.bytes / self.seconds if self.bytes and self.seconds else None

    def record(self, reference):
        seconds = [sample.seconds for sample in self.samples]
        per_gib = GIB / self.bytes if self.bytes else None
        entry = {"name": self.name, "runs": len(seconds), "bytes": self.bytes, "failure": self.failure}
        if not seconds:
            return entry
        entry |= {"median": self.seconds, "min": min(seconds), "max": max(seconds)}
        entry["mib_per_second"] = self.rate / MIB if self.rate else None
        for end in ("here", "there"):
            cpu = self.of(f"cpu_{end}")
            entry[f"cpu_seconds_{end}"] = cpu
            entry[f"cpu_per_gib_{end}"] = cpu * per_gib if cpu is not None and per_gib and self.bytes >= 64 * MIB else None
            entry[f"rss_mib_{end}"] = max((value / 1024 for sample in self.samples if (value := getattr(sample, f"rss_{end}"))), default=None)
        feedback = self.of("feedback")
        entry["feedback_mib_per_gib"] = feedback * per_gib / MIB if feedback is not None and per_gib else None
        entry["ratio"] = self.seconds / reference.seconds if reference and reference.seconds else None
        return entry


class Table:
    """Some tools that do the same, one of them the reference, and what is asked of them."""

    def __init__(self, title, reference, note=""):
        self.title = title
        self.reference = reference
        self.note = note
        self.trials = []
        self.goals = []
        self.columns = {}

    def add(self, name, run, size=0):
        self.trials.append(Trial(name, run, size))

    def __getitem__(self, name):
        return next((trial for trial in self.trials if trial.name == name), None)

    def measure(self, ground, rounds=None):
        """All tools once in each round, beginning with another one each time."""
        if ground.only:
            self.trials = [trial for trial in self.trials if ground.only in trial.name or trial.name == self.reference]
        for number in range((rounds or ground.rounds) if self.trials else 0):
            turned = self.trials[number % len(self.trials):] + self.trials[:number % len(self.trials)]
            with ground.turn():
                for trial in turned:
                    ground.touch(trial.bytes)
                    trial.once()
        return self

    def goal(self, text, value, limit, is_most=True):
        """value: a function of no arguments; left out if what it needs was not measured."""
        try:
            reached = value()
        except (AttributeError, TypeError, ZeroDivisionError):
            return
        self.goals.append({"text": text, "value": reached, "limit": limit, "is_most": is_most,
                           "is_met": reached <= limit if is_most else reached >= limit})

    def record(self):
        reference = self[self.reference]
        tools = [trial.record(reference) for trial in self.trials]
        for tool in tools:
            tool |= self.columns.get(tool["name"], {})
        return {"title": self.title, "note": self.note, "reference": self.reference, "tools": tools, "goals": self.goals,
                "failures": [f"{trial.name}: {trial.failure}" for trial in self.trials if trial.failure]}
