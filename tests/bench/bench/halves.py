"""The halves of a copy, each with nothing at the other end, and what the machine itself can do. No ssh."""

import json
import os

from file import into
from pipe import iperf3
from trial import Failed, Table, timed

MIB = 1 << 20


def local(ground):
    """dmscp that starts the other end as a child of its own."""
    shell = "env 'SSH_CONNECTION=127.0.0.1 0 127.0.0.1 0'"
    return [ground.dmscp, "-q", "-e", shell, "-prefix", ground.prefix]


def run(ground):
    size = ground.size
    source, target = ground.source(size), ground.target()
    events = os.path.join(ground.work, "events")
    table = Table(f"the halves of a copy, {size >> 20} MiB", "dmscp, pattern: -> null:",
                  "The other end is a child process, no ssh. dd reads and writes 1 MiB at a time.")

    def clear():
        if os.path.exists(target):
            os.remove(target)

    def moved(name, *options):
        def once():
            clear()
            sample = timed(ground, [*local(ground), "-events", events, *options], sshd=None, is_child=True)
            with open(events, encoding="utf-8") as lines:
                verdict = json.loads(lines.readlines()[-1])
            if not verdict["ok"] or verdict["bytes"] != size:
                raise Failed(f"not {size} bytes: {verdict}")
            clear()
            return sample
        table.add(f"dmscp, {name}", once, size)

    pattern = f"pattern:{size}"
    moved("pattern: -> null:", "-w", "-l", pattern, "-f", "null:")
    moved("pattern: -> null:, no digest", "-w", "-l", pattern, "-f", "null:", "-checksum", "none")
    moved("file -> null:", "-w", "-l", source, "-f", "null:")
    moved("pattern: -> file", "-w", "-l", pattern, "-f", target)
    moved("pattern: -> pattern:", "-w", "-l", pattern, "-f", "pattern:")
    table.add("dmscp, file -> file", into(ground, size, lambda source, target: timed(
        ground, [*local(ground), "-w", "-l", source, "-f", target], is_child=True)), size)

    def dd(name, origin, to):
        def once():
            clear()
            sample = timed(ground, ["dd", f"if={origin}", f"of={to}", "bs=1M", f"count={size // MIB}", "status=none"], is_child=True)
            clear()
            return sample
        table.add(f"dd, {name}", once, size)

    dd("file -> nothing", source, "/dev/null")
    dd("zeros -> file", "/dev/zero", target)
    dd("file -> file", source, target)
    table.add("iperf3, one stream", lambda: iperf3(ground, size), size)
    table.measure(ground)
    return [table]
