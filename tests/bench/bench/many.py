"""One file in memory to several destinations in memory at once."""

import os
import subprocess
from shlex import quote

from ground import free_port
from trial import Failed, Table, timed

COUNTS = (1, 2, 4, 8)


def into(ground, size, count, run):
    """A trial that has to make every target equal to the source."""
    source = ground.source(size)
    targets = [os.path.join(ground.memory, f"target-{number}") for number in range(1, count + 1)]

    def once():
        for target in filter(os.path.exists, targets):
            os.remove(target)
        try:
            sample = run(source, targets)
            for target in targets:
                if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
                    raise Failed(f"{target} differs from the source")
            return sample
        finally:
            for target in filter(os.path.exists, targets):
                os.remove(target)

    return once


def beside(commands):
    """Commands that run at the same time; it fails if one of them does."""
    started = "\n".join(f"{' '.join(map(quote, command))} & all+=($!)" for command in commands)
    return ["bash", "-c", f"all=()\n{started}\nfor one in \"${{all[@]}}\"; do wait $one || exit 1; done"]


def dccli(ground, source, targets, *options):
    return timed(ground, [ground.dccli, "-q", "-F", ground.ssh_config, *options, source, *(f"bench:{target}" for target in targets)])


def copies(ground, program, source, targets):
    return timed(ground, beside([[program, "-q", "-F", ground.ssh_config, source, f"bench:{target}"] for target in targets]))


def mbuffer(ground, source, targets):
    """One sender; the listeners run beside it, and nobody logs in."""
    ports = [free_port() for _ in targets]
    listeners = [["mbuffer", "-q", "-s", "1M", "-m", "64M", "-I", str(port), "-o", target] for port, target in zip(ports, targets)]
    outputs = [word for port in ports for word in ("-O", f"127.0.0.1:{port}")]
    sender = " ".join(map(quote, ["mbuffer", "-q", "-s", "1M", "-m", "64M", "-i", source, *outputs]))
    started = "\n".join(f"{' '.join(map(quote, one))} & all+=($!)" for one in listeners)
    ready = " ".join(f"until ss -Hltn 'sport = :{port}' | grep -q .; do sleep 0.01; done;" for port in ports)
    return timed(ground, ["bash", "-c", f"all=()\n{started}\n{ready}\n{sender} || exit 1\nfor one in \"${{all[@]}}\"; do wait $one || exit 1; done"], is_child=True)


def table_of(ground, count, size):
    table = Table(f"one file of {size >> 20} MiB to {count} destinations", f"{count} yscp",
                  "All over one sshd on this machine. The rate is that of one copy; mbuffer needs no login.")

    def add(name, run):
        table.add(name, into(ground, size, count, run), size)

    add("dccli", lambda *ends: dccli(ground, *ends))
    add("dccli --channel udp", lambda *ends: dccli(ground, *ends, "--channel", "udp"))
    add(f"{count} yscp", lambda *ends: copies(ground, ground.yscp, *ends))
    add(f"{count} scp", lambda *ends: copies(ground, "scp", *ends))
    add("mbuffer", lambda *ends: mbuffer(ground, *ends))
    table.measure(ground)
    if count == max(COUNTS):
        ours, theirs = table["dccli"], table[f"{count} yscp"]
        table.goal(f"{count} yscp / dccli", lambda: theirs.seconds / ours.seconds, 1.1, is_most=False)
        table.goal("CPU, dccli / yscp", lambda: (ours.of("cpu_here") + ours.of("cpu_there")) / (theirs.of("cpu_here") + theirs.of("cpu_there")), 0.85)
    return table


def run(ground):
    size = min(ground.size, 1 << 30)
    return [table_of(ground, count, size) for count in COUNTS]
