"""Long, lossy and short links, and a cable without a limit: TCP as this kernel has it, scp, and our lanes, all through the same link in one run."""

import json
import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

from ground import wait_listening
from trial import GIB, Failed, Sample, Table, timed
from wan import FAR, PORT, Lab, is_possible

MIB = 1 << 20
SETTLE = 3
COLD = 100 * MIB
# What a link of that loss has to give to datagrams, in % of its rate.
SHARES = {0: 90, 0.1: 89.5, 1: 87, 5: 79}


@dataclass
class Moved:
    """What came through in a window of time."""
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
    """Bytes and seconds between the first point at least SETTLE after since and the last one at most so many seconds later."""
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

    def dmscp(self, congestion, *options, source="pattern:64g", target="null:"):
        """From a pattern to nowhere, until the window is over; acknowledged bytes, by the events of the sender."""
        def once():
            events = os.path.join(self.ground.work, f"events-{threading.get_ident()}")
            self.road.use(congestion)
            if os.path.exists(events):
                os.remove(events)
            before, back = self.road.sshd.cpu(), self.road.received()
            words = f"{events}-words"
            with open(words, "wb") as said:
                process = subprocess.Popen(self.road.copy("-w", "-l", source, "-f", target, "-events", events, *options),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
            try:
                points = self._watch(process, events)
            finally:
                # It would go on for hours.
                process.send_signal(signal.SIGINT)
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


def sharing(ground, rate, round_trip):
    """Pairs of flows through one link whose queue holds what the link does."""
    table = Table(f"two flows share {rate} Mbit/s, {round_trip:g} ms there and back: {ground.seconds} s after the first {SETTLE} s", "CUBIC alone",
                  "Pairs run at the same time. % of the link: of each flow.")
    with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2)]) as road:
        runs = Runs(ground, road, ground.seconds)
        udp = lambda *options: runs.dmscp("cubic", "-channel", "udp", *options)
        table.add("CUBIC alone", runs.iperf3("cubic"), GIB)
        pairs = [("CUBIC", "another CUBIC", lambda: [runs.iperf3("cubic"), runs.iperf3("cubic", port=PORT + 1)])]
        if ground.has("-channel"):
            pairs += [("udp", "another udp", lambda: [udp(), udp()]), ("udp beside CUBIC", "CUBIC beside udp", lambda: [udp(), runs.iperf3("cubic")]),
                      ("udp low beside CUBIC", "CUBIC beside udp low", lambda: [udp("-udp", "low"), runs.iperf3("cubic")])]
        for first, second, make in pairs:
            together = Together(make())
            table.add(first, together.take(0), GIB)
            table.add(second, together.take(1), GIB)
        if ground.only:
            table.trials = []
        for _ in range(ground.rounds if table.trials else 0):
            with ground.turn():
                for trial in table.trials:
                    trial.once()
    for trial in table.trials:
        if trial.rate:
            table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / (rate * 1e6) * 100}
    table.goal("Jain's index of two udp flows", lambda: jain([table["udp"].rate, table["another udp"].rate]), 0.95, is_most=False)
    table.goal("CUBIC beside udp, share of the link", lambda: table["CUBIC beside udp"].rate * 8 / (rate * 1e6), 0.35, is_most=False)
    table.goal("CUBIC beside udp low / CUBIC alone", lambda: table["CUBIC beside udp low"].rate / table["CUBIC alone"].rate, 0.9, is_most=False)
    return table


def channels(ground):
    """What dmscp can carry data over, with the options for it."""
    ways = {"tcp": ["-channel", "tcp"] if ground.has("-channel") else []}
    if ground.has("-channel"):
        ways |= {"udp": ["-channel", "udp"]}
    return ways


def link(ground, rate, round_trip, loss):
    table = Table(f"{rate} Mbit/s, {round_trip:g} ms there and back, {loss:g} % lost: {ground.seconds} s after the first {SETTLE} s", "iperf3, BBR",
                  "% of the link: payload as a share of its rate, loss not subtracted. CUBIC or BBR: what TCP of both hosts uses.")
    options = ["--rate", str(rate), "--delay", str(round_trip / 2), "--loss", str(loss)]
    with Road(ground, options) as road:
        runs = Runs(ground, road, ground.seconds)
        table.add("iperf3, CUBIC", runs.iperf3("cubic"), GIB)
        table.add("iperf3, BBR", runs.iperf3("bbr"), GIB)
        table.add("iperf3, CUBIC, 8 streams", runs.iperf3("cubic", 8), GIB)
        table.add("scp, CUBIC", runs.scp("cubic"), GIB)
        table.add("scp, BBR", runs.scp("bbr"), GIB)
        for name, way in channels(ground).items():
            for congestion in ("cubic", "bbr") if name == "tcp" else ("cubic",):
                table.add(f"dmscp, {name}" + (f", {congestion.upper()} host" if name == "tcp" else ""), runs.dmscp(congestion, *way), GIB)
        if ground.has("-udp"):
            table.add(f"dmscp, udp, fixed at {rate * 0.95:g} Mbit/s",
                      runs.dmscp("cubic", "-channel", "udp", "-udp", f"fixed:{int(rate * 0.95 * 1e6 / 8)}"), GIB)
        table.measure(ground)
    for trial in table.trials:
        if trial.rate:
            table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / (rate * 1e6) * 100}
    if round_trip >= 100:
        table.goal(f"dmscp, udp: share of the link in %, {loss:g} % lost", lambda: table["dmscp, udp"].rate * 8 / (rate * 1e4), SHARES[loss], is_most=False)
        if loss == 1:
            for peer, least in (("CUBIC", 20), ("BBR", 0.95)):
                table.goal(f"dmscp, udp / iperf3, {peer}", lambda peer=peer: table["dmscp, udp"].rate / table[f"iperf3, {peer}"].rate, least, is_most=False)
    else:
        table.goal("dmscp, udp / dmscp, tcp", lambda: table["dmscp, udp"].rate / table["dmscp, tcp, CUBIC host"].rate, 1, is_most=False)
    return table


def cold(ground, rate, round_trip, loss):
    """One file of 100 MiB with everything that a copy begins with, but for the login."""
    table = Table(f"{COLD // MIB} MiB from cold: {rate} Mbit/s, {round_trip:g} ms there and back, {loss:g} % lost", "ssh login alone",
                  "Whole runs, the login counted; the goal is without it.")
    source, target = ground.source(COLD), ground.target()
    with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2), "--loss", str(loss)]) as road:
        def copied(command, congestion):
            def once():
                road.use(congestion)
                if os.path.exists(target):
                    os.remove(target)
                sample = timed(ground, command, sshd=road.sshd)
                if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
                    raise Failed("the copy differs from the source")
                return sample
            return once
        login = road.on("a", "ssh", "-F", road.ssh_config, "b", "true")
        table.add("ssh login alone", lambda: timed(ground, login, sshd=road.sshd))
        for congestion in ("cubic", "bbr"):
            table.add(f"scp, {congestion.upper()}", copied(road.on("a", "scp", "-q", "-F", road.ssh_config, source, f"b:{target}"), congestion), COLD)
        for name, way in channels(ground).items():
            for congestion in ("cubic", "bbr") if name == "tcp" else ("cubic",):
                table.add(f"dmscp, {name}" + (f", {congestion.upper()} host" if name == "tcp" else ""),
                          copied(road.copy("-w", "-l", source, "-f", target, *way), congestion), COLD)
        table.measure(ground)
    table.goal("dmscp, udp: seconds without the login", lambda: table["dmscp, udp"].seconds - table["ssh login alone"].seconds, 2.7)
    return table


def cable(ground, is_offloaded):
    """A veth pair with nothing between: what a packet costs the processor."""
    state = "on" if is_offloaded else "off"
    table = Table(f"a cable, MTU 1500, segmentation and coalescing {state}: {ground.seconds} s after the first {SETTLE} s", "iperf3, one stream",
                  "Both hosts share the processor. cores per Gbit/s: of both ends together.")
    with Road(ground, None) as road:
        for host, device in (("a", "va0"), ("b", "vb0")):
            subprocess.run(road.on(host, "ethtool", "-K", device, *(word for name in ("gso", "gro", "tso", "tx-udp-segmentation")
                                                                    for word in (name, state))), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs = Runs(ground, road, ground.seconds)
        table.add("iperf3, one stream", runs.iperf3("cubic"), GIB)
        for name, way in channels(ground).items():
            for words in ([], ["-encrypt"]):
                table.add(" ".join([f"dmscp, {name}", *words]), runs.dmscp("cubic", *way, *words), GIB)
        if is_offloaded:
            for length in (1472,):
                for offload in ("on", "off"):
                    table.add(f"datagrams of {length} bytes alone, {offload}", datagrams(ground, road, length, offload), GIB)
        table.measure(ground)
    if is_offloaded:
        table.goal("dmscp, udp / iperf3, one stream", lambda: table["dmscp, udp"].rate / table["iperf3, one stream"].rate, 1, is_most=False)
        table.goal("dmscp, udp -encrypt, Gbit/s", lambda: table["dmscp, udp -encrypt"].rate * 8 / 1e9, 6, is_most=False)
    else:
        for words, least in (("", 180_000), (" -encrypt", 120_000)):
            table.goal(f"dmscp, udp{words}: packets a second", lambda words=words: table[f"dmscp, udp{words}"].rate / 1432, least, is_most=False)
    return table


def datagrams(ground, road, length, offload):
    """The sockets of the datagram channel without its protocol, by a program of this benchmark."""
    program = os.path.join(ground.root, "artifacts", "bin", "pipe-datagrams", "release_linux-x64", "pipe-datagrams")

    def once():
        if not os.path.exists(program):
            raise Failed("tests/bench/datagrams is not built: dotnet build -c Release tests/bench/datagrams")
        words = [FAR, str(PORT)]
        receiver = subprocess.Popen(road.on("b", program, "receive", *words, str(ground.seconds), str(length), offload), stdout=subprocess.PIPE, text=True)
        receiver.stdout.readline()
        subprocess.run(road.on("a", program, "send", *words, str(ground.seconds + 1), str(length), offload), check=True, stdout=subprocess.DEVNULL)
        came = json.loads(receiver.communicate()[0])
        return Moved(came["datagrams"] * length, came["seconds"]).sample()
    return once


def lossy(ground, name, loss, least, fixed=None):
    """A row of 200 Mbit/s and 100 ms, datagrams alone."""
    rate = 200
    table = Table(f"{name}: {rate} Mbit/s, 100 ms there and back, {loss:g} % lost: {ground.seconds} s after the first {SETTLE} s", "dmscp, udp", "")
    with Road(ground, ["--rate", str(rate), "--delay", "50", "--loss", str(loss)]) as road:
        runs = Runs(ground, road, ground.seconds)
        table.add("dmscp, udp", runs.dmscp("cubic", "-channel", "udp"), GIB)
        if fixed:
            table.add("dmscp, udp fixed", runs.dmscp("cubic", "-channel", "udp", "-udp", f"fixed:{int(rate * 0.8 * 1e6 / 8)}"), GIB)
        table.measure(ground)
    table.goal("share of the link in %", lambda: table["dmscp, udp"].rate * 8 / (rate * 1e4), least, is_most=False)
    if fixed:
        table.goal("fixed: share of the rate asked for in %", lambda: table["dmscp, udp fixed"].rate * 8 / (rate * 0.8 * 1e4), fixed, is_most=False)
    return table


def stock_buffers(ground):
    """A socket buffer as the kernel gives it to one who asks for none: it doubles what is set, up to 212,992 bytes."""
    table = Table(f"G14: 200 Mbit/s, 100 ms there and back, stock socket buffers: {ground.seconds} s after the first {SETTLE} s", "tuned", "")
    with Road(ground, ["--rate", "200", "--delay", "50"]) as road:
        runs = Runs(ground, road, ground.seconds)
        table.add("tuned", runs.dmscp("cubic", "-channel", "udp"), GIB)
        table.add("stock", runs.dmscp("cubic", "-channel", "udp", "--socket-buffer", "106496"), GIB)
        table.measure(ground)
    table.goal("stock / tuned", lambda: table["stock"].rate / table["tuned"].rate, 0.6, is_most=False)
    return table


def forgery(ground):
    """A quarter of the packets is followed by a forged one: flipped, replayed or random, about 10,000 a second."""
    table = Table(f"G20: 500 Mbit/s, 20 ms there and back, with and without forged datagrams: {ground.seconds} s after the first {SETTLE} s", "quiet",
                  "100 s make the million: --seconds 100.")
    road = Road(ground, ["--rate", "500", "--delay", "10"])
    words = os.path.join(ground.work, "words")

    def forged(percent, run):
        def once():
            subprocess.run([road.script, "link", "forge", str(percent)], env=road.environment, check=True)
            return run()
        return once
    with road:
        runs = Runs(ground, road, ground.seconds)
        table.add("quiet", forged(0, runs.dmscp("cubic", "-channel", "udp")), GIB)
        table.add("forged", forged(25, runs.dmscp("cubic", "-channel", "udp")), GIB)
        table.measure(ground)
        source, target = ground.source(COLD), ground.target()
        subprocess.run([road.script, "link", "forge", "25"], env=road.environment, check=True)
        with open(words, "wb") as said:
            subprocess.run([word for word in road.copy("-w", "-l", source, "-f", target, "-channel", "udp", "-v") if word != "-q"], stderr=said, check=True)
        is_same = subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode == 0
        with open(words, encoding="utf-8") as said:
            is_clean = "damaged: 0, lost: 0" in said.read()
        log = subprocess.run([road.script, "down"], env=road.environment, capture_output=True, text=True).stdout
    count = sum(int(number) for number in re.findall(r"(\d+) forged", log))
    table.goal("forged / quiet", lambda: table["forged"].rate / table["quiet"].rate, 0.95, is_most=False)
    table.goal("forged datagrams", lambda: count, 1_000_000, is_most=False)
    table.goal("a file copied among them is the same, no block damaged, no connection lost", lambda: int(is_same and is_clean), 1, is_most=False)
    return table


def blocked(ground):
    """No datagram gets through, and the choice is left to the program."""
    table = Table("G21: 500 Mbit/s, 20 ms there and back, UDP blocked: 8 MiB", "tcp", "Whole runs.")
    source, target = ground.source(8 * MIB), ground.target()
    with Road(ground, ["--rate", "500", "--delay", "10", "--block", "17"]) as road:
        for name, way in (("tcp", ["-channel", "tcp"]), ("auto", ["-channel", "auto"])):
            table.add(name, lambda way=way: timed(ground, road.copy("-w", "-l", source, "-f", target, *way), sshd=road.sshd), 8 * MIB)
        table.measure(ground)
    table.goal("seconds until tcp takes over", lambda: table["auto"].seconds - table["tcp"].seconds, 3)
    return table


def disturbed(ground, name, setting, value, pause, most):
    """The link changes in the middle: how long after its end, or after that, nothing moves."""
    table = Table(f"{name}: 200 Mbit/s, 40 ms there and back; link {setting} {value}", "dmscp, udp", "Seconds until bytes move again.")
    with Road(ground, ["--rate", "200", "--delay", "20"]) as road:
        def once():
            subprocess.run([road.script, "link", "path-mtu", "0"], env=road.environment, check=True)
            process = subprocess.Popen(road.copy("-w", "-l", "pattern:64g", "-f", "null:", "-channel", "udp"),
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                time.sleep(SETTLE)
                subprocess.run([road.script, "link", setting, str(value)], env=road.environment, check=True)
                changed = time.monotonic()
                time.sleep(pause + 0.2)
                return Sample(max(0.001, moves_again(road, changed + pause)))
            finally:
                process.send_signal(signal.SIGINT)
                process.wait()
        table.add("dmscp, udp", once, GIB)
        table.measure(ground)
    table.goal("seconds until it goes on", lambda: table["dmscp, udp"].seconds or 99, most)
    return table


def moves_again(road, since):
    """Seconds from then until host b gets a tenth of the link's rate again."""
    def arrived():
        lines = subprocess.run(road.on("b", "cat", "/proc/net/dev"), capture_output=True, text=True, check=True).stdout.splitlines()
        return sum(int(line.split(":")[1].split()[0]) for line in lines if ":" in line and not line.strip().startswith("lo:"))
    before, at = arrived(), time.monotonic()
    while at < since + 30:
        time.sleep(0.1)
        now, when = arrived(), time.monotonic()
        if (now - before) / (when - at) > 2_500_000:
            return when - since
        before, at = now, when
    raise Failed("nothing moved within 30 s")


# Each may be asked for by name: tests/bench/run udp G20.
ROWS = {
    "lossless": lambda ground: link(ground, 500, 100, 0),
    "loss0.1": lambda ground: link(ground, 500, 100, 0.1),
    "G5": lambda ground: link(ground, 500, 100, 1),
    "loss5": lambda ground: link(ground, 500, 100, 5),
    "short": lambda ground: link(ground, 500, 1, 0),
    "cold0": lambda ground: cold(ground, 500, 100, 0),
    "cold1": lambda ground: cold(ground, 500, 100, 1),
    "sharing": lambda ground: sharing(ground, 200, 40),
    "cable": lambda ground: cable(ground, True),
    "cable-plain": lambda ground: cable(ground, False),
    "G1": lambda ground: lossy(ground, "G1", 0, 92),
    "G2": lambda ground: lossy(ground, "G2", 1, 88),
    "G3": lambda ground: lossy(ground, "G3", 5, 80),
    "G3b": lambda ground: lossy(ground, "G3", 10, 70, fixed=85),
    "G14": stock_buffers,
    "G20": forgery,
    "G21": blocked,
    "outage": lambda ground: disturbed(ground, "outage", "outage", 5, 5, 1.5),
    "mtu": lambda ground: disturbed(ground, "smaller packets", "path-mtu", 1280, 0, 5),
}


def run(ground):
    if not is_possible(ground):
        table = Table("datagrams", "")
        table.note = "Left out: needs root, gcc, iproute2 and /dev/net/tun."
        return [table]
    return [ROWS[name](ground) for name in ground.rows or ROWS]
