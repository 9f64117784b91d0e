"""One KiB: what a run costs before its first byte."""

import json
import os
import subprocess
from shlex import join, quote

from file import into, read, scp, write, yscp
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
    add("yscp", lambda *ends: yscp(ground, *ends))
    add("ssh cat", lambda source, target: timed(ground, ground.ssh() + [f"cat > {target}"], stdin=source))
    table.add("ssh login alone", lambda: timed(ground, ground.ssh() + ["true"]))
    table.add("dmscp -version", lambda: timed(ground, [ground.dmscp, "-version"]))
    source = ground.source(size)
    with ground.turn():
        inline(ground, lambda events: write(ground, "-events", events)(source, target))
        inline(ground, lambda events: read(ground, "-events", events)(source, target))
        inline(ground, lambda events: piped("-events", events)(source, target))
    table.measure(ground, ground.rounds * 10)
    for name in ("dmscp", "dmscp -r", "dmscp, pipe", "yscp"):
        table.goal(f"{name} / scp", lambda name=name: table[name].seconds / table["scp"].seconds, 1.0)
    return [table, kept(ground, size)]


def kept(ground, size):
    """Copies that follow another one, whose login is still open."""
    table = Table("1 KiB, the second copy and those that follow", "scp", "What the other end takes is not known here: its login goes on.")
    socket = os.path.join(ground.work, "master")
    master = [f"-oControlPath={socket}", "-oControlMaster=auto", "-oControlPersist=60"]

    def add(name, program, *options):
        run = into(ground, size, lambda source, target: timed(
            ground, [program, "-q", "-F", ground.ssh_config, *options, source, f"bench:{target}"], is_kept=True))
        table.add(name, run, size)

    add("scp", "scp")
    add("scp, own ControlMaster", "scp", *master)
    add("yscp", ground.yscp)
    add("yscp, own ControlMaster", ground.yscp, *master)
    add("yscp --keep 60", ground.yscp, "--keep", "60")
    with ground.turn():
        for trial in table.trials:
            trial.run()
    table.measure(ground, ground.rounds * 10)
    subprocess.run(ground.ssh(f"-oControlPath={socket}", "-Oexit"), capture_output=True)
    table.goal("yscp --keep 60 / scp", lambda: table["yscp --keep 60"].seconds / table["scp"].seconds, 0.2)
    table.goal("yscp --keep 60 / scp, own ControlMaster", lambda: table["yscp --keep 60"].seconds / table["scp, own ControlMaster"].seconds, 1.0)
    return table
