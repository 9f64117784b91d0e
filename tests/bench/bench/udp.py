"""Long, lossy and short links, and a cable without a limit: TCP as this kernel has it, scp, and our lanes, all through the same link in one run."""

import os
import subprocess

from cable import cable
from road import SETTLE, Road, Runs, channels
from sharing import four, sharing
from trial import GIB, Failed, Table, timed
from trouble import blocked, compared, disturbed, forgery, slow_sink, trace
from wan import is_possible

MIB = 1 << 20
COLD = 100 * MIB
# What a link of that loss has to give to datagrams, in % of its rate.
SHARES = {0: 90, 0.1: 89.5, 1: 87, 5: 79}


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


def lossy(ground, name, loss, least, fixed=None, round_trip=100):
    """A row of 200 Mbit/s and 100 ms, datagrams alone."""
    rate = 200
    table = Table(f"{name}: {rate} Mbit/s, {round_trip} ms there and back, {loss:g} % lost: {ground.seconds} s after the first {SETTLE} s", "dmscp, udp", "")
    with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2), "--loss", str(loss)]) as road:
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
    "G4": lambda ground: compared(ground, "G4", {f"{ms} ms": ["--loss", "1", "--delay", str(ms / 2)] for ms in (20, 1, 100, 400)}, 0.9),
    "G4b": lambda ground: lossy(ground, "G4b", 1, 80, round_trip=800),
    "G7": lambda ground: four(ground, 200, 40),
    "G8-shallow": lambda ground: sharing(ground, 200, 40, 0.25),
    "G8-deep": lambda ground: sharing(ground, 200, 40, 4),
    "G14": stock_buffers,
    "G15": slow_sink,
    "G18": lambda ground: compared(ground, "G18", {f"path MTU {mtu}": ["--path-mtu", str(mtu)] for mtu in (1500, 1499, 1400, 1280)}, 0.8),
    "G19": lambda ground: compared(ground, "G19", {"in order": [], "5 % held back by up to 20 ms": ["--reorder", "5"]}, 0.9),
    "G20": forgery,
    "G21": blocked,
    "outage": lambda ground: disturbed(ground, "outage", "outage", 5, 5, 1.5),
    "mtu": lambda ground: disturbed(ground, "smaller packets", "path-mtu", 1280, 0, 5),
    "trace": trace,
}


def run(ground):
    if not is_possible(ground):
        table = Table("datagrams", "")
        table.note = "Left out: needs root, gcc, iproute2 and /dev/net/tun."
        return [table]
    return [named(name, ROWS[name](ground)) for name in ground.rows or ROWS]


def named(row, table):
    """Each goal says of which row it is."""
    for goal in table.goals:
        goal["text"] = f"{row}: {goal['text']}"
    return table
