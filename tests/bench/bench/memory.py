"""How much memory both ends hold at most, and what kind of memory it is."""

import os
import threading

import wan
from file import into, read, write
from trial import Failed, Table, timed

MIB = 1 << 20
FIELDS = ("VmHWM", "RssAnon")

# A shell that was just forked is about to become the program.
LOOKS = 10


class Watch:
    """Looks at all running copies of the program until told to stop; keeps the largest values for each end."""

    def __init__(self, program):
        self._program = os.path.realpath(program)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.most = {(end, name): 0 for end in ("here", "there") for name in FIELDS}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        known, looks = {}, {}
        while not self._stop.wait(0.02):
            for pid in filter(str.isdigit, os.listdir("/proc")):
                if not known.get(pid) and looks.get(pid, 0) < LOOKS:
                    known[pid], looks[pid] = self._end_of(pid), looks.get(pid, 0) + 1
                if known[pid]:
                    self._note(known[pid], pid)

    def _end_of(self, pid):
        """None for what is not the program, or not yet."""
        try:
            if os.path.realpath(f"/proc/{pid}/exe") != self._program:
                return None
            with open(f"/proc/{pid}/cmdline", "rb") as words:
                return "there" if b"-server" in words.read().split(b"\0") else "here"
        except OSError:
            return None

    def _note(self, end, pid):
        try:
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:
                values = dict(line.split(":", 1) for line in lines)
        except OSError:
            return
        for name in FIELDS:
            if name in values:
                self.most[end, name] = max(self.most[end, name], int(values[name].split()[0]))


def watched(ground, table, name, run):
    def once():
        with Watch(ground.dmscp) as watch:
            sample = run()
        sample.rss_here, sample.rss_there = (watch.most[end, "VmHWM"] or None for end in ("here", "there"))
        if not sample.rss_here or not sample.rss_there:
            raise Failed("no memory was seen")
        column = table.columns.setdefault(name, {})
        for end in ("here", "there"):
            key = f"anonymous_mib_{end}"
            column[key] = max(column.get(key, 0), watch.most[end, "RssAnon"] / 1024)
        return sample
    return once


def run(ground):
    size = ground.size
    table = Table(f"memory, {size >> 20} MiB", "dmscp, file",
                  "The most that was resident. Not anonymous is what is mapped from the program's own file.")

    def add(name, run, bytes=size):
        table.add(name, watched(ground, table, name, run), bytes)

    def piped(source, target):
        return timed(ground, ground.copy("-w", "-R", f"cat > {target}", "-L", f"cat {source}"))

    def piped_back(source, target):
        return timed(ground, ground.copy("-r", "-R", f"cat {source}", "-L", f"cat > {target}"))

    add("dmscp, file", into(ground, size, write(ground)))
    add("dmscp -r, file", into(ground, size, read(ground)))
    add("dmscp, pipe", into(ground, size, piped))
    add("dmscp -r, pipe", into(ground, size, piped_back))
    add("dmscp, slow reader", lambda: timed(ground, ground.copy(
        "-w", "-l", f"pattern:{256 * MIB}", "-R", "sleep 1; cat > /dev/null")), 256 * MIB)
    table.measure(ground, 1)
    link = min(size, 256 * MIB)
    if wan.is_possible(ground):
        with wan.Lab(ground, ["--rate", "500", "--delay", "50"]) as lab:
            source, target = ground.source(link), ground.target()
            far = Table("", "")
            far.add("dmscp, file, long link", watched(ground, table, "dmscp, file, long link", lambda: timed(
                ground, lab.copy("-w", "-l", source, "-f", target), sshd=lab.sshd)), link)
            far.add("dmscp, pipe, long link", watched(ground, table, "dmscp, pipe, long link", lambda: timed(
                ground, lab.copy("-w", "-L", f"cat {source}", "-R", f"cat > {target}"), sshd=lab.sshd)), link)
            far.measure(ground, 1)
            table.trials += far.trials
    for trial in table.trials:
        limit = 64 + (2 * 500e6 / 8 * 0.1 / MIB if "long link" in trial.name else 0)
        table.goal(f"{trial.name}, MiB at the larger end",
                   lambda trial=trial: max(trial.of("rss_here"), trial.of("rss_there")) / 1024, round(limit))
    return [table]
