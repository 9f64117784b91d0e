"""One KiB: what a run costs before its first byte."""

import json
import os
from shlex import join, quote

from file import into, read, scp, write
from trial import Failed, Table, timed


def inline(ground, run):
    """A run that says in its events that it opened no data connection."""
    events = os.path.join(ground.work, "events")
    run(events)
    with open(events, encoding="utf-8") as lines:
        seen = [json.loads(line) for line in lines]
    verdict = seen[-1]
    if verdict["event"] != "verdict" or not verdict["ok"] or verdict["lanes"] != 0:
        raise Failed(f"a data connection was opened: {verdict}")


def run(ground):
    size = 1024
    target = ground.target()
    table = Table("1 KiB, memory to memory", "scp", "The ratio is that to scp. No data connection is opened, as the events say.")

    def add(name, how):
        table.add(name, into(ground, size, how))

    def piped(*options):
        return lambda source, target: timed(ground, ground.copy("-w", "-R", f"cat > {target}", *options), stdin=source)

    add("scp", lambda *ends: scp(ground, *ends))
    add("dmscp", write(ground))
    add("dmscp -r", read(ground))
    add("dmscp, pipe", piped())
    add("ssh cat", lambda source, target: timed(ground, ground.ssh() + [f"cat > {target}"], stdin=source))
    table.add("ssh login alone", lambda: timed(ground, ground.ssh() + ["true"]))
    table.add("dmscp -version", lambda: timed(ground, [ground.dmscp, "-version"]))
    source = ground.source(size)
    with ground.turn():
        inline(ground, lambda events: write(ground, "-events", events)(source, target))
        inline(ground, lambda events: read(ground, "-events", events)(source, target))
        inline(ground, lambda events: piped("-events", events)(source, target))
    table.measure(ground, ground.rounds * 10)
    for name in ("dmscp", "dmscp -r", "dmscp, pipe"):
        table.goal(f"{name} / scp", lambda: table[name].seconds / table["scp"].seconds, 1.0)
    return [table]
