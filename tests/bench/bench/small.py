"""One KiB: what a run costs before its first byte."""

import json
import os
import subprocess
import time
from shlex import join

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
    return [table, *calls(ground, size)]


def calls(ground, size):
    """First calls and calls over a login that is there, with and without what the user's login shell reads first."""
    for place in places(ground, size):
        yield from place.tables(is_judged=place.name == "bare")


def places(ground, size):
    home = os.path.join(ground.work, "home")
    os.makedirs(home, exist_ok=True)
    path = f"PATH={ground.bin}:{os.environ['PATH']}"
    for name, files, environment in (("bare", "no start-up files", f"{path} HOME={home}"), ("rc", "the user's start-up files", path)):
        ground.serve(name, environment)
        yield Place(ground, name, files, size)


class Place:
    """A host, and how it is called."""

    def __init__(self, ground, name, files, size):
        self.ground, self.name, self.files, self.size = ground, name, files, size
        self.socket = os.path.join(ground.work, f"master-{name}")
        self.master = [f"-oControlPath={self.socket}", "-oControlMaster=auto", "-oControlPersist=600"]
        words = subprocess.run([ground.yscp, "-h"], capture_output=True, text=True, check=True).stdout
        self.keep = ["--keep-login" if "--keep-login" in words else "--keep", "600"]

    def tables(self, is_judged):
        first, kept = self.first(), self.kept()
        if is_judged:
            first.goal("yscp - scp, ms", lambda: 1000 * (first["yscp"].seconds - first["scp"].seconds), 15)
            kept.goal("yscp --keep-login / scp, own ControlMaster", lambda: kept["yscp --keep-login"].seconds / kept["scp, own ControlMaster"].seconds, 0.9)
        self.end()
        return [first, kept]

    def command(self, program, *options):
        return [program, "-q", "-F", self.ground.ssh_config, *options]

    def copy(self, table, name, program, *options):
        table.add(name, into(self.ground, self.size, lambda source, target: timed(
            self.ground, self.command(program, *options, source, f"{self.name}:{target}"), is_kept=True)), self.size)

    def floor(self, table, name, *options):
        table.add(name, lambda: timed(self.ground, self.command("ssh", *options, self.name, "true"), is_kept=True))

    def first(self):
        table = Table(f"1 KiB with a login of its own, {self.files}", "scp")
        self.floor(table, "ssh host true")
        self.copy(table, "scp", "scp")
        self.copy(table, "yscp", self.ground.yscp)
        return table.measure(self.ground, self.ground.rounds * 10)

    def kept(self):
        table = Table(f"1 KiB over a login that is there, {self.files}", "scp, own ControlMaster", "After a pause of 0.3 s each, as between two calls of a person.")
        self.floor(table, "ssh host true, own ControlMaster", *self.master)
        self.copy(table, "scp, own ControlMaster", "scp", *self.master)
        self.copy(table, "yscp, own ControlMaster", self.ground.yscp, *self.master)
        self.copy(table, "yscp --keep-login", self.ground.yscp, *self.keep)
        with self.ground.turn():
            for trial in table.trials:
                trial.run()
        for trial in table.trials:
            trial.run = rested(trial.run)
        table.measure(self.ground, self.ground.rounds * 10)
        return table

    def loop(self, times):
        table = Table(f"1 KiB {times} times in a loop of the shell, {self.files}", "scp, own ControlMaster", "Seconds of the whole loop.")
        source, target = self.ground.source(self.size), self.ground.target()

        def add(name, *words):
            line = f"for i in $(seq {times}); do {join(words)} < /dev/null || exit; done"
            table.add(name, lambda: timed(self.ground, line, is_kept=True))

        add("ssh host true, own ControlMaster", *self.command("ssh", *self.master, self.name, "true"))
        for name, program, options in (("scp, own ControlMaster", "scp", self.master), ("yscp --keep-login", self.ground.yscp, self.keep)):
            add(name, *self.command(program, *options, source, f"{self.name}:{target}"))
        table.measure(self.ground, 1)
        self.end()
        return table

    def end(self):
        """Ends the logins that are kept."""
        subprocess.run(self.command("ssh", f"-oControlPath={self.socket}", "-Oexit", self.name), capture_output=True)
        if self.keep[0] == "--keep-login":
            subprocess.run(self.command(self.ground.yscp, "--keep-login", "end", f"{self.name}:"), check=True)


def rested(run):
    """What the call before has left running has come to rest."""
    def once():
        time.sleep(0.3)
        return run()

    return once
