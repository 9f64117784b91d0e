"""ext4 and xfs on loop devices, caches cold before, everything synced after."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from shlex import join, quote

from file import scp, socat_with_login, write
from trial import Failed, Table, timed

MIB = 1 << 20


@contextmanager
def mounted(ground, kind, size):
    """Two new file systems of that kind, the source on the one, room on the other."""
    folder = os.path.join(ground.disk_dir, kind)
    mounts = []
    os.makedirs(folder, exist_ok=True)
    try:
        for name in ("from", "to"):
            image, place = os.path.join(folder, f"{name}.img"), os.path.join(folder, name)
            subprocess.run(["fallocate", "-l", str(size + size // 4 + 320 * MIB), image], check=True)
            subprocess.run([f"mkfs.{kind}", "-q", "-F" if kind == "ext4" else "-f", image], check=True)
            os.makedirs(place, exist_ok=True)
            subprocess.run(["mount", "-o", "loop", image, place], check=True)
            mounts.append(place)
        source = os.path.join(mounts[0], "source")
        shutil.copyfile(ground.source(size), source)
        yield source, os.path.join(mounts[1], "target")
    finally:
        for place in mounts:
            subprocess.run(["umount", place], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def cold(ground, ends, run):
    source, target = ends

    def once():
        if os.path.exists(target):
            os.remove(target)
        subprocess.run(["sync"], check=True)
        with open("/proc/sys/vm/drop_caches", "w", encoding="ascii") as drop:
            drop.write("3\n")
        sample = run(source, target)
        if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
            raise Failed("the copy differs from the source")
        return sample

    return once


def synced(sample_of, ground):
    """For tools that do not sync: what that takes is counted too."""
    def run(source, target):
        sample = sample_of(source, target)
        sync = timed(ground, ["sync", "-f", target], is_child=True)
        sample.seconds += sync.seconds
        return sample
    return run


def on(ground, kind, size):
    table = Table(f"{kind} on a loop device, {size >> 20} MiB, cold cache, sync counted", "cp")
    with mounted(ground, kind, size) as ends:
        def add(name, run):
            table.add(name, cold(ground, ends, run), size)

        def dd(source, target, *options):
            return timed(ground, ["dd", f"if={source}", f"of={target}", "bs=1M", "status=none", "conv=fsync", *options], is_child=True)

        add("cp", synced(lambda source, target: timed(ground, ["cp", source, target], is_child=True), ground))
        add("dd", dd)
        add("dd, direct", lambda source, target: dd(source, target, "iflag=direct", "oflag=direct"))
        add("dmscp", write(ground))
        add("dmscp, pipe", lambda source, target: timed(ground, join(ground.copy(
            "-w", "-R", f"cat > {quote(target)} && sync {quote(target)}")) + f" < {quote(source)}"))
        add("socat, with login", synced(lambda *ends: socat_with_login(ground, *ends), ground))
        add("rsync over ssh", synced(lambda source, target: timed(
            ground, ["rsync", "-W", "-e", f"ssh -F {ground.ssh_config}", source, f"bench:{target}"]), ground))
        add("scp", synced(lambda *ends: scp(ground, *ends), ground))
        table.measure(ground)
    return table


def run(ground):
    if not ground.is_root:
        table = Table("disks", "")
        table.note = "Left out: needs root."
        return [table]
    size = min(ground.size, 1024 * MIB)
    return [on(ground, kind, size) for kind in ("ext4", "xfs") if shutil.which(f"mkfs.{kind}")]
