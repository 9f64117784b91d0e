"""Links that fail, change, or carry what a stranger sends."""

import os
import re
import shutil
import signal
import subprocess
import time

from road import SETTLE, Road, Runs
from trial import GIB, Failed, Sample, Table, timed

MIB = 1 << 20
COLD = 100 * MIB


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
                process.send_signal(signal.SIGTERM)
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


def compared(ground, name, links, least, rate=200, round_trip=100):
    """One run over each link; the slowest as a share of the fastest."""
    table = Table(f"{name}: {rate} Mbit/s: {ground.seconds} s after the first {SETTLE} s", next(iter(links)))
    for title, options in links.items():
        def once(options=options):
            with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2), *options]) as road:
                return Runs(ground, road, ground.seconds).dmscp("cubic", "-channel", "udp")()
        table.add(title, once, GIB)
    table.measure(ground)
    table.goal("the slowest / the fastest", lambda: min(trial.rate for trial in table.trials) / max(trial.rate for trial in table.trials), least, is_most=False)
    return table


def slow_sink(ground):
    """A command that takes about 50 Mbit/s at the end of a link of 500."""
    sink = "python3 -c 'import sys, time\nwhile sys.stdin.buffer.read(625000): time.sleep(0.1)'"
    table = Table(f"G15: a sink of 50 Mbit/s on a link of 500: {ground.seconds} s after the first {SETTLE} s", "dmscp, tcp")
    with Road(ground, ["--rate", "500", "--delay", "10"]) as road:
        for channel in ("tcp", "udp"):
            def once(channel=channel):
                runs = Runs(ground, road, ground.seconds)
                return runs.dmscp("cubic", "-channel", channel, target=("-R", sink))()
            table.add(f"dmscp, {channel}", once, GIB)
        table.measure(ground)
    table.goal("dmscp, udp / dmscp, tcp", lambda: table["dmscp, udp"].rate / table["dmscp, tcp"].rate, 0.97, is_most=False)
    return table


def trace(ground):
    """What the emulator has lost, replayed in the simulator: both move the same."""
    table = Table(f"trace: 50 Mbit/s, 40 ms there and back, 1 % lost in runs of 3: {ground.seconds} s after the first {SETTLE} s", "dmscp, udp")
    path = os.path.join(ground.work, "trace")
    with Road(ground, ["--rate", "50", "--delay", "20", "--loss", "1", "--burst", "3", "--trace", path]) as road:
        table.add("dmscp, udp", Runs(ground, road, ground.seconds).dmscp("cubic", "-channel", "udp"), GIB)
        table.measure(ground, rounds=1)
    if not table["dmscp, udp"].rate:
        return table
    with open(path, "a", encoding="ascii") as to:
        to.write(f"settle {SETTLE}\nseconds {ground.seconds}\ngoodput {table['dmscp, udp'].rate:.0f}\n")
    if kept := os.environ.get("PIPE_TRACE"):
        shutil.copy(path, kept)
    said = subprocess.run(["dotnet", "test", os.path.join(ground.root, "tests", "Pipe.Protocol.Tests"), "-c", "Release", "--no-build", "--filter", "FullyQualifiedName~TraceTests",
                           "--logger", "console;verbosity=detailed"], env=os.environ | {"PIPE_TRACE": path}, capture_output=True, text=True).stdout
    if found := re.search(r"emulator .*: (\d+[.,]\d+)", said):
        table.goal("simulator / emulator, off by", lambda: abs(1 - float(found[1].replace(",", "."))), 0.1)
    else:
        table["dmscp, udp"].failure = f"no replay, build tests/Pipe.Protocol.Tests first: {said[-200:]}"
    return table
