"""The emulated road between two hosts, and the ways to send over it for a time."""

import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

from ground import wait_listening
from trial import GIB, Failed, Sample
from wan import FAR, PORT, Lab

SETTLE = 3


@dataclass
class Moved:
    """The bytes that came through in a window of time."""
    bytes: int
    seconds: float
    cpu_here: float = None
    cpu_there: float = None
    feedback: int = None

    def sample(self):
        """As if it had been one GiB, so that tables can compare windows."""
        if self.bytes <= 0:
            raise Failed("nothing came through")
        per_gib = GIB / self.bytes
        cpu = [None if value is None else value * per_gib for value in (self.cpu_here, self.cpu_there)]
        return Sample(self.seconds * per_gib, *cpu, feedback=None if self.feedback is None else self.feedback * per_gib)


class Road(Lab):
    """The lab with one congestion control for both hosts' TCP, which changes from run to run."""

    def use(self, congestion):
        subprocess.run([self.script, "congestion", congestion], env=self.environment, check=True)

    def received(self):
        """Bytes that came back to host a."""
        lines = subprocess.run(self.on("a", "cat", "/proc/net/dev"), capture_output=True, text=True, check=True).stdout.splitlines()
        return sum(int(line.split(":")[1].split()[0]) for line in lines if ":" in line and not line.strip().startswith("lo:"))


def window(points, since, seconds):
    """Bytes and seconds between the first point at least SETTLE after since and the last one at most this many seconds later."""
    inside = [(t, count) for t, count in points if since + SETTLE <= t <= since + SETTLE + seconds + 0.5]
    if len(inside) < 2:
        raise Failed(f"no figures over a window of {seconds} s")
    return inside[-1][1] - inside[0][1], inside[-1][0] - inside[0][0]


class Runs:
    """The ways to send through one road for a time, each giving a Moved."""

    def __init__(self, ground, road, seconds):
        self.ground, self.road, self.seconds = ground, road, seconds

    def iperf3(self, congestion, streams=1, port=PORT):
        def once():
            self.road.use(congestion)
            server = subprocess.Popen(self.road.on("b", "iperf3", "-s", "-1", "-B", FAR, "-p", str(port)),
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_listening(port, server.pid)
                back = self.road.received()
                done = subprocess.run(self.road.on("a", "iperf3", "-c", FAR, "-p", str(port), "-P", str(streams), "-O", str(SETTLE),
                                                   "-t", str(self.seconds), "-J"), capture_output=True, text=True)
                said = json.loads(done.stdout)
                if "error" in said:
                    raise Failed(said["error"])
                end = said["end"]
                cpu = end["cpu_utilization_percent"]
                took = end["sum_received"]["seconds"]
                return Moved(end["sum_received"]["bytes"], took, cpu["host_total"] / 100 * took, cpu["remote_total"] / 100 * took,
                             self.road.received() - back).sample()
            finally:
                server.terminate()
                server.wait()
        return once

    def scp(self, congestion):
        source = os.path.join(self.ground.memory, "sparse")
        target = self.ground.target()

        def once():
            self.road.use(congestion)
            with open(source, "wb") as to:
                to.truncate(64 * GIB)
            command = self.road.on("a", "scp", "-q", "-F", self.road.ssh_config, source, f"b:{target}")
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            points = []
            began = time.monotonic()
            while time.monotonic() < began + SETTLE + self.seconds + 5 and process.poll() is None:
                if os.path.exists(target):
                    points.append((time.monotonic(), os.stat(target).st_blocks * 512))
                    if points[-1][0] > points[0][0] + SETTLE + self.seconds:
                        break
                time.sleep(0.2)
            process.terminate()
            process.wait()
            for path in (source, target):
                if os.path.exists(path):
                    os.remove(path)
            return Moved(*window(points, points[0][0] if points else 0, self.seconds)).sample()
        return once

    def dmscp(self, congestion, *options, source="pattern:64g", target=("-f", "null:")):
        """From a pattern to nowhere, until the window is over; acknowledged bytes, by the events of the sender."""
        def once():
            events = os.path.join(self.ground.work, f"events-{threading.get_ident()}")
            self.road.use(congestion)
            if os.path.exists(events):
                os.remove(events)
            before, back = self.road.sshd.cpu(), self.road.received()
            words = f"{events}-words"
            with open(words, "wb") as said:
                process = subprocess.Popen(self.road.copy("-w", "-l", source, *target, "-events", events, *options),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
            try:
                points = self._watch(process, events)
            finally:
                # It would go on for hours. A shell that starts the benchmark in the background has it, and what it starts, ignore SIGINT.
                process.send_signal(signal.SIGTERM)
                _, _, usage = os.wait4(process.pid, 0)
                process.returncode = 0
            try:
                count, seconds = window(points, next(t for t, count in points if count > 0) if points else 0, self.seconds)
            except (Failed, StopIteration) as e:
                with open(words, encoding="utf-8", errors="replace") as said:
                    raise Failed(f"{e}: {said.read().strip()[-400:]}") from e
            share = count / points[-1][1]
            spent = (usage.ru_utime + usage.ru_stime, self.road.sshd.cpu() - before, self.road.received() - back)
            return Moved(count, seconds, *(value * share for value in spent)).sample()
        return once

    def _watch(self, process, events):
        """(time, bytes) of each progress event until the window is over, the process has ended, or nothing has come for long."""
        points, seen = [], 0
        deadline = time.monotonic() + 4 * (SETTLE + self.seconds) + 20
        while time.monotonic() < deadline and process.poll() is None:
            if os.path.exists(events):
                with open(events, encoding="utf-8") as lines:
                    lines.seek(seen)
                    for line in iter(lines.readline, ""):
                        if not line.endswith("\n"):
                            break
                        seen = lines.tell()
                        event = json.loads(line)
                        if event["event"] == "progress" and (event["bytes"] > 0 or not points):
                            points.append((event["t"], event["bytes"]))
            moving = [t for t, count in points if count > 0]
            if moving and points[-1][0] >= moving[0] + SETTLE + self.seconds:
                break
            time.sleep(0.1)
        return points


class Together:
    """Flows that share a road at the same time: each is a trial of its own, and all run when the first of them does."""

    def __init__(self, runs):
        self.runs = runs
        self.results = {}

    def take(self, index):
        def once():
            if index not in self.results:
                self._run_all()
            result = self.results.pop(index)
            if isinstance(result, Exception):
                raise result
            return result
        return once

    def _run_all(self):
        def run(index):
            try:
                self.results[index] = self.runs[index]()
            except Exception as e:
                self.results[index] = e
        threads = [threading.Thread(target=run, args=(index,)) for index in range(len(self.runs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def jain(rates):
    return sum(rates) ** 2 / (len(rates) * sum(rate ** 2 for rate in rates))


def channels(ground):
    """What dmscp can carry data over, with the options for it."""
    ways = {"tcp": ["-channel", "tcp"] if ground.has("-channel") else []}
    if ground.has("-channel"):
        ways |= {"udp": ["-channel", "udp"]}
    return ways
