"""Trees of files: a real one, many small files over a link, a million of them, and trees that are one file."""

import os
import shutil
import subprocess
import time
from shlex import quote
from statistics import median

import wan
from file import into, scp, write, yscp
from memory import watched
from trial import Failed, Table, timed

MIB = 1 << 20
GIB = 1 << 30


class Ends:
    """A tree, and where copies of it go: each tool has to make a directory of the tree's name there."""

    def __init__(self, ground, source):
        self.source = source
        self.above, self.name = os.path.split(source)
        self.target = os.path.join(ground.memory, "there")
        self.copy = os.path.join(self.target, self.name)

    def clear(self):
        shutil.rmtree(self.target, ignore_errors=True)
        os.mkdir(self.target)

    def check(self, follows=False):
        """The same names and bytes; what keeps links is compared with links, and with modes and times."""
        if follows:
            same = ["diff", "-rq", self.source, self.copy]
        else:
            same = ["rsync", "-anic", "--delete", f"{self.source}/", f"{self.copy}/"]
        found = subprocess.run(same, capture_output=True, text=True, errors="replace")
        if found.returncode != 0 or found.stdout:
            raise Failed(f"the copy differs from the source: {(found.stdout + found.stderr)[:300]}")


def add(table, name, ends, run, size, follows=False):
    def once():
        ends.clear()
        try:
            sample = run()
            ends.check(follows)
            return sample
        finally:
            shutil.rmtree(ends.target, ignore_errors=True)
    table.add(name, once, size)


def options(ends, *more):
    return ["-w", "-tree", "-recurse", *more, "-l", ends.source, "-f", ends.target]


def over_ssh(ground, ends, table, size, *, on=(), host="bench", config=None, sshd=None, copy=None):
    """What every table has: ours and its peers, started on that host."""
    config = config or ground.ssh_config
    copy = copy or ground.copy
    ssh = f"ssh -F {config}"
    tar = f"tar -C {quote(ends.above)} -cf - {quote(ends.name)} | {ssh} {host} {quote(f'tar -C {quote(ends.target)} -xpf -')}"

    def run(*command):
        return lambda: timed(ground, [*on, *command], sshd=sshd)

    add(table, "tar | ssh tar", ends, run("bash", "-c", f"set -o pipefail; {tar}"), size)
    add(table, "rsync -a", ends, run("rsync", "-a", "-e", ssh, ends.source, f"{host}:{ends.target}"), size)
    for kept in ("-all", "-preserve"):
        add(table, f"dmscp {kept}", ends, lambda kept=kept: timed(ground, copy(*options(ends, kept)), sshd=sshd), size, kept == "-preserve")


def real_tree(ground):
    """Some of what the machine has anyway, without links to nothing: scp stumbles over them."""
    place = os.path.join(ground.memory, "real")
    os.mkdir(place)
    dotnet = subprocess.run(["dotnet", "--list-sdks"], capture_output=True, text=True) if shutil.which("dotnet") else None
    sdk = dotnet.stdout.rsplit("[", 1)[-1].rstrip("]\n") if dotnet else ""
    for folder in filter(os.path.isdir, ("/usr/include", "/usr/share/doc", sdk)):
        subprocess.run(["cp", "-a", folder, place], check=True)
    subprocess.run(["find", place, "(", "-xtype", "l", "-o", "-xtype", "d", "-type", "l", ")", "-delete"], check=True)
    return place


def count(place):
    files = size = 0
    for folder, _, names in os.walk(place):
        files += len(names)
        size += sum(os.lstat(os.path.join(folder, name)).st_size for name in names)
    return files, size


def real(ground):
    ends = Ends(ground, real_tree(ground))
    files, size = count(ends.source)
    table = Table(f"a real tree of {files} files, {size >> 20} MiB, memory to memory", "rsync -a",
                  "dmscp -preserve and scp follow symbolic links, the others copy them.")
    add(table, "cp -a", ends, lambda: timed(ground, ["cp", "-a", ends.source, ends.target], is_child=True), size)
    add(table, "tar | tar", ends, lambda: timed(
        ground, f"tar -C {ends.above} -cf - {ends.name} | tar -C {ends.target} -xpf -", is_child=True), size)
    over_ssh(ground, ends, table, size)
    add(table, "scp -r", ends, lambda: scp(ground, ends.source, ends.target, "-r"), size, True)
    for kept in ("-r", "-a"):
        add(table, f"yscp {kept}", ends, lambda kept=kept: yscp(ground, ends.source, ends.target, kept), size, kept == "-r")
    table.measure(ground)
    shutil.rmtree(ends.source)
    for name in ("dmscp -preserve", "yscp -r"):
        table.goal(f"scp -r / {name}", lambda name=name: table["scp -r"].seconds / table[name].seconds, 9, is_most=False)
    for name in ("dmscp -all", "yscp -a"):
        table.goal(f"rsync -a / {name}", lambda name=name: table["rsync -a"].seconds / table[name].seconds, 2, is_most=False)
        table.goal(f"tar | ssh tar / {name}", lambda name=name: table["tar | ssh tar"].seconds / table[name].seconds, 1.5, is_most=False)
    return table


def small_files(place, folders, files, content):
    """content: of a file of that number."""
    for folder in range(folders):
        os.makedirs(os.path.join(place, f"folder{folder:04}"))
        for number in range(files):
            with open(os.path.join(place, f"folder{folder:04}", f"file{number:04}"), "wb") as to:
                to.write(content(folder * files + number))
    return place


def link(ground):
    folders, files, share = 100, 1000, 100
    source = small_files(os.path.join(ground.memory, "small"), folders, files, lambda _: os.urandom(4096))
    ends = Ends(ground, source)
    part = Ends(ground, small_files(os.path.join(ground.memory, "part"), 1, folders * files // share, lambda _: os.urandom(4096)))
    size = folders * files * 4096
    table = Table(f"{folders * files} files of 4 KiB, 500 Mbit/s, 20 ms there and back", "rsync -a",
                  f"scp copies one in {share} of them: its time grows with each file.")
    with wan.Lab(ground, ["--rate", "500", "--delay", "10"]) as lab:
        over_ssh(ground, ends, table, size, on=lab.on("a"), host="b", config=lab.ssh_config, sshd=lab.sshd, copy=lab.copy)
        login = timed(ground, lab.on("a", "ssh", "-F", lab.ssh_config, "b", "true"), sshd=lab.sshd).seconds
        add(table, f"scp -r, 1/{share}", part, lambda: timed(
            ground, lab.on("a", "scp", "-q", "-r", "-F", lab.ssh_config, part.source, f"b:{part.target}"), sshd=lab.sshd), size // share, True)
        table.measure(ground)
    for trial in table.trials:
        if trial.rate:
            table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / 500e6 * 100}
    shutil.rmtree(source)
    shutil.rmtree(part.source)
    ours = table["dmscp -all"]
    table.goal("scp -r, all of them / dmscp -all", lambda: ((table[f"scp -r, 1/{share}"].seconds - login) * share + login) / ours.seconds, 5, is_most=False)
    table.goal("rsync -a / dmscp -all", lambda: table["rsync -a"].seconds / ours.seconds, 5, is_most=False)
    table.goal("tar | ssh tar / dmscp -all", lambda: table["tar | ssh tar"].seconds / ours.seconds, 1.5, is_most=False)
    return table


def million(ground):
    """Most of them empty: in memory a byte takes a page."""
    source = small_files(os.path.join(ground.memory, "million"), 1000, 1000, lambda number: b"a few bytes" if number % 100 == 0 else b"")
    ends = Ends(ground, source)
    table = Table("a million files", "dmscp -preserve", "One in a hundred is not empty.")
    for kept in ("-preserve", "-all"):
        add(table, f"dmscp {kept}", ends,
            watched(ground, table, f"dmscp {kept}", lambda kept=kept: timed(ground, ground.copy(*options(ends, kept)))), 0)
    table.measure(ground, 1)
    shutil.rmtree(source)
    for trial in table.trials:
        table.goal(f"{trial.name}, MiB at the larger end", lambda trial=trial: max(trial.of("rss_here"), trial.of("rss_there")) / 1024, 200)
    return table


def one_file(ground, size, reference, peer, rounds, limit):
    table = Table(f"one file of {size >> 20} MiB as a tree" if size >= MIB else "a file of 1 KiB as a tree", reference)
    table.add(reference, into(ground, size, peer), size)
    for kept in ("", "-preserve"):
        more = [kept] if kept else []
        table.add(f"dmscp -tree {kept}".strip(), into(ground, size, lambda source, target, more=more: timed(
            ground, ground.copy("-w", "-tree", *more, "-l", source, "-f", target))), size)
    table.add("yscp", into(ground, size, lambda *ends: yscp(ground, *ends)), size)
    table.measure(ground, rounds)
    for name in ("dmscp -tree", "yscp"):
        table.goal(f"{name} / {reference}", lambda name=name: table[name].seconds / table[reference].seconds, limit)
    return table


def sent():
    """Bytes that have gone through the loopback so far."""
    with open("/sys/class/net/lo/statistics/tx_bytes", encoding="ascii") as count:
        return int(count.read())


def cut(ground, ends, size):
    """Ends a copy at half, as a crash would."""
    before = sent()
    process = subprocess.Popen(ground.copy(*options(ends, "-preserve", "-rate", "500m", "-timeout", "5")), stderr=subprocess.DEVNULL)
    while sent() - before < size // 2 and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.wait()
    ground.sshd.cpu()


def resumed(ground):
    """One large file and some small ones: how much is sent again, how fast it is checked that nothing has to be."""
    place = small_files(os.path.join(ground.memory, "again"), 10, 100, lambda _: os.urandom(4096))
    size = ground.size // 2
    shutil.copyfile(ground.source(size), os.path.join(place, "large"))
    ends = Ends(ground, place)
    table = Table(f"a tree of {size >> 20} MiB, interrupted at half and resumed", "resume, nothing is missing")
    shares = []

    def taken_up():
        ends.clear()
        cut(ground, ends, size)
        before = sent()
        sample = timed(ground, ground.copy(*options(ends, "-preserve", "-resume")))
        shares.append((sent() - before) / size)
        ends.check()
        return sample

    def checked():
        sample = timed(ground, ground.copy(*options(ends, "-preserve", "-resume")))
        ends.check()
        return sample

    table.add("resume, half is missing", taken_up, size)
    table.add("resume, nothing is missing", checked, size)
    table.add("ssh login alone", lambda: timed(ground, ground.ssh() + ["true"]))
    # In this order: the second needs what the first has left.
    for _ in range(ground.rounds):
        with ground.turn():
            for trial in table.trials:
                trial.once()
    shutil.rmtree(ends.target, ignore_errors=True)
    shutil.rmtree(place)
    ground.forget(size)
    table.goal("bytes sent after a cut at half / all bytes", lambda: median(shares), 0.55)
    table.goal("MiB/s checked, without the login",
               lambda: size / (table["resume, nothing is missing"].seconds - table["ssh login alone"].seconds) / MIB, 1024, is_most=False)
    return table


def run(ground):
    if not ground.has("-tree"):
        table = Table("trees", "")
        table.note = "Left out: this dmscp knows no trees."
        return [table]
    tables = [real(ground)]
    if wan.is_possible(ground):
        tables.append(link(ground))
    tables.append(million(ground))
    tables.append(resumed(ground))
    tables.append(one_file(ground, ground.size, "dmscp", write(ground), ground.rounds, 1.05))
    tables.append(one_file(ground, 1024, "scp", lambda *ends: scp(ground, *ends), ground.rounds * 5, 1.0))
    return tables
