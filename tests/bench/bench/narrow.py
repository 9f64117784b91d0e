"""Eight links of 200 Mbit/s: what they carry together, and what becomes of seven of them when the eighth host is slow, stopped or killed."""

import json
import os
import signal
import subprocess
import time

import hosts
from trial import MIB, Failed, Sample, Table

LINKS = 8
MBIT = 200
SLOW = 10
BAD = 1

# Of a full packet of 1500 bytes, with its frame 1514, TCP with timestamps carries 1448.
PAYLOAD = 1448 / 1514
SETTLE = 1


class Run:
    """One run of dccli, watched through its events."""

    def __init__(self, ground, group, source, *options):
        self.events = os.path.join(ground.work, "narrow-events")
        self.seen = 0
        self.results, self.moving = {}, set()
        if os.path.exists(self.events):
            os.remove(self.events)
        words = [ground.dccli, "-q", "-F", group.ssh_config, "--events", self.events, *options, source]
        self.said = os.path.join(ground.work, "narrow-said")
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen([*words, *(f"{name}:{group.there}" for name in group.names)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)

    def until(self, has_happened, seconds=300):
        deadline = time.monotonic() + seconds
        while True:
            self._read()
            if has_happened():
                return
            if time.monotonic() > deadline or (self.process.poll() is not None and not self._read()):
                raise Failed(f"the run did not get there: {self._words()}")
            time.sleep(0.02)

    def end(self):
        """The run may go on for minutes with the one that is slow."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()

    def _read(self):
        """Whether there was anything new."""
        if not os.path.exists(self.events):
            return False
        before = self.seen
        with open(self.events, encoding="utf-8") as lines:
            lines.seek(self.seen)
            for line in iter(lines.readline, ""):
                if not line.endswith("\n"):
                    break
                self.seen = lines.tell()
                event = json.loads(line)
                if event["event"] == "progress" and event["bytes"] > 0:
                    self.moving.add(event["destination"])
                elif event["event"] == "result":
                    self.results[event["destination"]] = event
        return self.seen > before

    def _words(self):
        with open(self.said, encoding="utf-8", errors="replace") as said:
            return said.read()[-400:].strip()


def seven(ground, group, source, harm):
    """The time until the other seven have everything."""
    group.clear()
    others = [name for name in group.names if name != f"n{BAD}"]
    run = Run(ground, group, source, "--retries", "0")
    stopped = None
    try:
        if harm in ("stop", "kill"):
            run.until(lambda: f"n{BAD}" in run.moving)
            server = group.server_on(BAD)
            os.kill(server, signal.SIGSTOP if harm == "stop" else signal.SIGKILL)
            stopped = server if harm == "stop" else None
        run.until(lambda: all(name in run.results for name in others))
        if not all(run.results[name]["ok"] for name in others):
            raise Failed("one of the others failed")
        group.check(source, [number for number in group.numbers if number != BAD])
        return Sample(max(run.results[name]["t"] for name in others))
    finally:
        run.end()
        if stopped:
            os.kill(stopped, signal.SIGCONT)

        # Waits until the servers have ended: the next run must not meet them.
        group.cpu()


def all_of_them(ground, group, source):
    group.clear()
    run = Run(ground, group, source)
    try:
        run.until(lambda: len(run.results) == group.count)
        group.check(source)
        return Sample(max(one["t"] for one in run.results.values()))
    finally:
        run.end()


def table_of(ground, size):
    table = Table(f"one file of {size // MIB} MiB over {LINKS} links of {MBIT} Mbit/s", "all eight",
                  f"Seconds: until all eight have everything; in the other rows, until seven have it. The eighth is at {SLOW} Mbit/s, stopped or killed. "
                  "% of the link: of what TCP can carry in packets of 1500 bytes, with the logins counted.")
    group = hosts.Hosts(ground, LINKS)
    try:
        source = ground.source(size)
        for number in group.numbers:
            group.limit(number, MBIT)

        def slow():
            group.limit(BAD, SLOW)
            try:
                return seven(ground, group, source, "slow")
            finally:
                group.limit(BAD, MBIT)

        table.add("all eight", lambda: all_of_them(ground, group, source), size)
        table.add("one is slow", slow, size)
        table.add("one is stopped", lambda: seven(ground, group, source, "stop"), size)
        table.add("one is killed", lambda: seven(ground, group, source, "kill"), size)
        table.measure(ground)
        for trial in table.trials:
            if trial.rate:
                table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / (MBIT * 1e6 * PAYLOAD) * 100}
        everything = table["all eight"]
        table.goal("all eight, share of the links", lambda: everything.rate * 8 / (MBIT * 1e6 * PAYLOAD), 0.95, is_most=False)
        table.goal("the other seven, one is slow / all eight", lambda: table["one is slow"].seconds / everything.seconds, 1.05)
        table.goal("the other seven, one is stopped / all eight", lambda: table["one is stopped"].seconds / everything.seconds, 1.05)

        # Nothing, within what two equal runs differ by.
        table.goal("the other seven, one is killed / all eight", lambda: table["one is killed"].seconds / everything.seconds, 1.01)
        group.clear()
    finally:
        for number in group.numbers:
            group.limit(number, 0)
        group.close()
    return table
