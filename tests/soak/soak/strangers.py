"""
A copy while strangers come to its data port: what it costs. The port is open until the last lane is in, and again while a lane is
made again; so one scenario keeps a lane out, and with it the port open, for the whole copy, and another cuts the lanes.

Each scenario runs three ways in turn: quiet; a storm on the port of another session; the same storm on its own port. Storms take
processor time from everything on the machine: own/elsewhere is what strangers do to the copy, elsewhere/quiet what their work costs it.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from statistics import median

from fault import close_connections
from ground import DMSCP, MIB, PROGRAMS, ROOT, WORK
from report import Finding, Table

PORT, ELSEWHERE = 19500, 19600
STRANGERS = 10_000
SECONDS = 6
PACED = 100 * MIB
ROUNDS = 3
SLOWER = 1.05
WAYS = ("quiet", "elsewhere", "own port")


def run(ground, count, only=None):
    strangers = max(500, STRANGERS * count // 1000)
    rounds = ROUNDS if count > 200 else 1
    part = Strangers(ground, strangers, rounds)
    fast = part.measure_speed()
    table = Table(f"{strangers} strangers during a copy of {SECONDS} s, medians of {rounds} rounds",
                  ["copy", "strangers", "seconds", "from - to", "MiB/s", "connected", "found no port", "turned away", "proofs replayed", "let in"])
    part.compare(table, "full speed, all lanes in", fast, 0, keeps_open=False, cuts=False)
    part.compare(table, "full speed, port open", fast, 0, keeps_open=True, cuts=False)
    part.compare(table, f"{PACED >> 20} MiB/s, port open", PACED, PACED, keeps_open=True, cuts=False)
    part.compare(table, f"{PACED >> 20} MiB/s, lanes cut each second", PACED, PACED, keeps_open=False, cuts=True)
    part.remove()
    return Finding([table], part.failures)


class Strangers:
    def __init__(self, ground, strangers, rounds):
        self.failures = []
        self._ground = ground
        self._strangers = strangers
        self._rounds = rounds
        self._folder = os.path.join(WORK, "strangers")
        os.mkdir(self._folder)
        self._events = os.path.join(self._folder, "events")
        self._config = os.path.join(self._folder, "ssh_config")
        ground.ssh_config(self._config, "strangers")
        self._one_lane = os.path.join(self._folder, "failing.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", self._one_lane, f"{ROOT}/tests/lab/failing.c", "-ldl"], check=True)

    def remove(self):
        shutil.rmtree(self._folder)

    def measure_speed(self):
        """Bytes a second at full speed with one lane."""
        size = 2048 * MIB
        return max(PACED, int(size / self._copy(size, 0, keeps_open=True, cuts=False)[0]))

    def compare(self, table, title, speed, rate, keeps_open, cuts):
        size = speed * SECONDS // MIB * MIB
        seconds = {way: [] for way in WAYS}
        counts = {}
        for number in range(self._rounds):
            for way in WAYS[number % 3:] + WAYS[:number % 3]:
                try:
                    taken, counts[way] = self._copy(size, rate, keeps_open, cuts, way)
                    seconds[way].append(taken)
                except Failed as e:
                    self.failures.append(f"strangers, {title}, {way}, seed {self._ground.seed}: {e}; again: tests/soak/run strangers")
        for way in WAYS:
            if seconds[way]:
                middle, c = median(seconds[way]), counts[way]
                table.add(title, way, middle, f"{min(seconds[way]):.2f} - {max(seconds[way]):.2f}", size / MIB / middle,
                          c.get("connected"), c.get("refused"), c.get("turned away"), c.get("proofs replayed"), c.get("let in", 0) if c else None)
                if c.get("let in"):
                    self.failures.append(f"strangers, {title}: {c['let in']} were let in")
        if all(seconds.values()):
            self._judge(table, title, {way: median(seconds[way]) for way in WAYS}, rate)

    def _judge(self, table, title, middle, rate):
        against = "quiet" if rate else "elsewhere"
        own = middle["own port"] / middle[against]
        ratios = [f"{a}/{b} {middle[a] / middle[b]:.3f}" for a, b in (("own port", "quiet"), ("own port", "elsewhere"), ("elsewhere", "quiet"))]
        table.notes.append(f"{title}: {', '.join(ratios)}; judged: own port/{against}, at most {SLOWER}")
        if own > SLOWER:
            self.failures.append(f"strangers, {title}: {own:.3f} times as long as without them, {SLOWER} is allowed; again: tests/soak/run strangers")

    def _copy(self, size, rate, keeps_open, cuts, way="quiet"):
        """Seconds from the first byte to the verdict, and what became of the strangers."""
        target = ELSEWHERE if way == "elsewhere" else PORT
        storm = self._storm(target) if way != "quiet" else None
        other = self._start(ELSEWHERE, 100 * 1024 * MIB, MIB, True, os.devnull) if way == "elsewhere" else None
        if other:
            self._await_lane(ELSEWHERE)
        if storm:
            storm.stdin.write("go\n")
            storm.stdin.flush()
        process = self._start(PORT, size, rate, keeps_open, self._events)
        cutter = Cutter(PORT) if cuts else None
        try:
            words = process.communicate(timeout=SECONDS * 10)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failed(f"not at its end after {SECONDS * 10} s") from None
        finally:
            if cutter:
                cutter.stop()
            counts = json.loads(storm.communicate()[0]) if storm else {}
            if other:
                other.terminate()
                other.communicate()
        if process.returncode:
            raise Failed(f"exit status {process.returncode}: {words.strip()[-300:]}")
        with open(self._events, encoding="utf-8") as lines:
            events = [json.loads(line) for line in lines]
        moving = next(event["t"] for event in events if event.get("state") == "moving")
        return events[-1]["t"] - moving, counts

    def _start(self, port, size, rate, keeps_open, events):
        words = [DMSCP, "-q", "-w", "-s", "root", "-ssh-config", self._config, "-connect", "direct", "-p", str(port), "-streams", "2", "-events", events,
                 "-l", f"pattern:{size}", "-f", "null:", *(["-rate", str(rate)] if rate else [])]
        environment = dict(os.environ, PIPE_TEST="strangers", PATH=f"{PROGRAMS}:{os.environ['PATH']}")
        if keeps_open:
            environment |= {"LD_PRELOAD": self._one_lane, "FAIL_CALL": "connect", "FAIL_PORT": str(port), "FAIL_AFTER": "1", "FAIL_ERRNO": "111"}
        return subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def _storm(self, port):
        place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "storm.py")
        storm = subprocess.Popen([sys.executable, "-B", place, str(port), str(self._strangers), str(SECONDS), str(port)],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        storm.stdout.readline()
        return storm

    @staticmethod
    def _await_lane(port):
        deadline = time.monotonic() + 10
        while not subprocess.run(["ss", "-Htn", "state", "established", f"sport = :{port}"], capture_output=True, check=True).stdout:
            if time.monotonic() > deadline:
                raise Failed("the other session does not come about")
            time.sleep(0.05)


class Cutter(threading.Thread):
    """Closes all data connections of a port once a second."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._port = port
        self._over = threading.Event()
        self.start()

    def run(self):
        while not self._over.wait(1):
            close_connections(self._port)

    def stop(self):
        self._over.set()
        self.join()


class Failed(Exception):
    """A copy that ended badly."""
