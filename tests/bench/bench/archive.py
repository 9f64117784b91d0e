"""A stream into an archive beside the same stream into a plain file; what a change of fragments costs; memory; and back."""

import glob
import os
import shutil
import subprocess
from contextlib import contextmanager
from shlex import join, quote

from ground import free_port
from memory import watched
from trial import Failed, Table, timed

MIB = 1 << 20
FRAGMENTS = 400


class Place:
    """Where an archive goes."""

    def __init__(self, ground, folder):
        self._ground = ground
        self.folder = folder

    def empty(self):
        for path in glob.glob(os.path.join(self.folder, "x*")):
            os.remove(path)

    def compare(self, source):
        """All fragments, and what sha256sum says of them where that is asked for."""
        fragments = sorted(glob.glob(os.path.join(self.folder, "x.[0-9]*")))
        done = subprocess.run(f"cat {join(fragments)} | cmp - {quote(source)}", shell=True, stdout=subprocess.DEVNULL, check=False)
        with open(os.path.join(self.folder, "x.manifest"), "rb") as manifest:
            is_complete = manifest.read().splitlines()[-1].startswith(b"# end ")
        if done.returncode != 0 or not is_complete:
            raise Failed("the fragments are not the source")

    def words(self, *options):
        return self._ground.copy("-w", "-d", self.folder, "-f", "x", *options)


def archived(place, source, run):
    def once():
        place.empty()
        sample = run()
        place.compare(source)
        place.empty()
        return sample
    return once


def filed(place, source, run):
    target = os.path.join(place.folder, "x")

    def once():
        place.empty()
        sample = run(target)
        if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
            raise Failed("the copy differs from the source")
        place.empty()
        return sample
    return once


def piped(ground, source, words):
    return timed(ground, f"set -o pipefail; cat {quote(source)} | {join(words)}")


def mbuffer(ground, source, target):
    port = free_port()
    far = f"mbuffer -q -s 1M -m 64M -I 127.0.0.1:{port} -o {target}"
    near = f"until ss -Htln sport = :{port} | grep -q .; do sleep 0.01; done; cat {source} | mbuffer -q -s 1M -m 64M -O 127.0.0.1:{port}"
    return timed(ground, f"set -o pipefail; {near}", also=ground.ssh() + [far])


def socat(ground, source, target):
    port = free_port()
    far = f"socat -u -b1048576 TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr OPEN:{target},creat,trunc"
    near = f"cat {source} | socat -u -b1048576 STDIN TCP:127.0.0.1:{port},retry=1000,interval=0.01"
    return timed(ground, f"set -o pipefail; {near}", also=ground.ssh() + [far])


def rates(ground):
    size = ground.size
    source, place = ground.source(size), Place(ground, ground.memory)
    table = Table(f"cat of {size >> 20} MiB | ..., memory to memory, with the login", "cat | dmscp, file",
                  "Peers check nothing and do not sync. Archives have fragments of 256 MiB with both digests.")
    table.add("cat | dmscp, file", filed(place, source, lambda target: piped(ground, source, ground.copy("-w", "-f", target))), size)
    table.add("cat | dmscp -T, file", filed(place, source, lambda target: piped(ground, source, ground.copy("-w", "-T", "9", "-f", target))), size)
    table.add("cat | dmscp -F", watched(ground, table, "cat | dmscp -F", archived(
        place, source, lambda: piped(ground, source, place.words("-F", "256m", "-T", "9")))), size)
    table.add("dmscp -F -L cat", archived(place, source, lambda: timed(ground, place.words("-F", "256m", "-T", "9", "-L", f"cat {source}"))), size)
    table.add("dmscp -F -l file", archived(place, source, lambda: timed(ground, place.words("-F", "256m", "-l", source))), size)
    table.add("cat | ssh cat", filed(place, source, lambda target: piped(ground, source, [*ground.ssh(), f"cat > {target}"])), size)
    table.add("cat | mbuffer", filed(place, source, lambda target: mbuffer(ground, source, target)), size)
    table.add("cat | socat", filed(place, source, lambda target: socat(ground, source, target)), size)
    table.measure(ground)
    table.goal("dmscp, file / dmscp -F, share of the rate", lambda: table["cat | dmscp, file"].seconds / table["cat | dmscp -F"].seconds, 0.95, is_most=False)
    table.goal("dmscp -F / the fastest of ssh cat, mbuffer, socat", lambda: table["cat | dmscp -F"].seconds / min(
        table[name].seconds for name in ("cat | ssh cat", "cat | mbuffer", "cat | socat")), 1)
    table.goal("dmscp -F, MiB at the larger end",
               lambda: max(table["cat | dmscp -F"].of("rss_here"), table["cat | dmscp -F"].of("rss_there")) / 1024, 256)
    return table


def restored(ground):
    size = ground.size
    source, place = ground.source(size), Place(ground, ground.memory)
    table = Table(f"an archive of {size >> 20} MiB back into cat", "dmscp -r, file")
    place.empty()
    piped(ground, source, place.words("-F", "256m"))
    plain, target = os.path.join(ground.memory, "plain"), os.path.join(ground.memory, "back")

    def into(words):
        def once():
            # In place: it is about reading an archive, not about how fast this machine makes new files.
            subprocess.run(["dd", "if=/dev/zero", f"of={target}", "bs=1M", f"count={size // MIB}", "conv=notrunc", "status=none"], check=True)
            sample = timed(ground, f"set -o pipefail; {join(words)} | cat 1<> {quote(target)}")
            if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
                raise Failed("the restored data differ from the source")
            return sample
        return once

    os.link(source, plain)
    table.add("dmscp -r, file", into(ground.copy("-r", "-f", plain)), size)
    table.add("dmscp -r -F 1", watched(ground, table, "dmscp -r -F 1", into(ground.copy("-r", "-d", place.folder, "-F", "1", "-f", "x"))), size)
    table.measure(ground)
    os.remove(plain)
    os.remove(target)
    place.empty()
    table.goal("dmscp -r -F 1 / dmscp -r, file", lambda: table["dmscp -r -F 1"].seconds / table["dmscp -r, file"].seconds, 1.1)
    return table


def changes(ground, name, folder):
    size = FRAGMENTS * MIB // 4
    source, place = ground.source(size), Place(ground, folder)
    table = Table(f"changes of fragments on {name}: {size >> 20} MiB in one and in {FRAGMENTS}", "one fragment")
    table.add("one fragment", archived(place, source, lambda: piped(ground, source, place.words("-F", str(size)))), size)
    table.add(f"{FRAGMENTS} fragments", archived(place, source, lambda: piped(ground, source, place.words("-F", str(MIB // 4)))), size)
    table.measure(ground)
    table.goal("one change, ms", lambda: (table[f"{FRAGMENTS} fragments"].seconds - table["one fragment"].seconds) * 1000 / (FRAGMENTS - 1), 10)
    return table


@contextmanager
def loop(ground, kind):
    """A new file system of that kind."""
    folder = os.path.join(ground.disk_dir, f"archive-{kind}")
    image, place = os.path.join(folder, "image"), os.path.join(folder, "place")
    os.makedirs(place, exist_ok=True)
    try:
        subprocess.run(["truncate", "-s", str(1024 * MIB), image], check=True)
        subprocess.run([f"mkfs.{kind}", "-q", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, place], check=True)
        yield place
    finally:
        subprocess.run(["umount", place], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


def run(ground):
    tables = [rates(ground), restored(ground), changes(ground, "tmpfs", ground.memory)]
    if ground.is_root and shutil.which("mkfs.ext4"):
        with loop(ground, "ext4") as place:
            tables.append(changes(ground, "ext4 on a loop device", place))
    return tables
