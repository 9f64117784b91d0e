"""Streams: zeros into nothing, a file through cat, a tree through tar."""

import json
import os
import shutil
import subprocess
from shlex import join, quote

from file import into
from ground import free_port
from trial import Failed, Table, timed

MIB = 1 << 20


def iperf3(ground, size):
    port = free_port()
    return timed(
        ground,
        ["iperf3", "-c", "127.0.0.1", "-p", str(port), "-n", str(size)],
        there=["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port)],
        port=port)


def counted(ground, size, options):
    """A run that must report this many moved bytes itself."""
    events = os.path.join(ground.work, "events")
    sample = timed(ground, ground.copy("-events", events, *options))
    with open(events, encoding="utf-8") as lines:
        verdict = json.loads(lines.readlines()[-1])
    if not verdict["ok"] or verdict["bytes"] != size:
        raise Failed(f"not {size} bytes: {verdict}")
    return sample


def socat_pipes(ground, producer, consumer):
    """producer | socat -> socat | consumer, the far half started over ssh."""
    port = free_port()
    far = f"socat -u -b1048576 TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr STDOUT | {consumer}"
    near = f"{producer} | socat -u -b1048576 STDIN TCP:127.0.0.1:{port},retry=1000,interval=0.01"
    return timed(ground, f"set -o pipefail; {near}", also=ground.ssh() + [far])


def nothing(ground):
    size = ground.size
    zeros = f"dd if=/dev/zero bs=1M count={size // MIB} status=none"
    table = Table(f"{size >> 20} MiB of zeros or pattern into cat > /dev/null", "iperf3",
                  "dd if=/dev/zero bs=1M is the producer. iperf3: one stream, no pipe, no login.")
    table.add("iperf3", lambda: iperf3(ground, size), size)
    table.add("dd | cat, no network", lambda: timed(ground, f"{zeros} | cat > /dev/null"), size)
    table.add("dd | socat, socat | cat", lambda: socat_pipes(ground, zeros, "cat > /dev/null"), size)
    table.add("dmscp -L dd -R cat", lambda: counted(ground, size, ["-w", "-L", zeros, "-R", "cat > /dev/null"]), size)
    table.add("dmscp -l pattern: -R cat", lambda: counted(ground, size, ["-w", "-l", f"pattern:{size}", "-R", "cat > /dev/null"]), size)
    table.add("dmscp -L dd -f null:", lambda: counted(ground, size, ["-w", "-L", zeros, "-f", "null:"]), size)
    table.add("dmscp -r -R dd -L cat", lambda: counted(ground, size, ["-r", "-R", zeros, "-L", "cat > /dev/null"]), size)
    table.add("dd | ssh cat", lambda: timed(ground, f"{zeros} | {join(ground.ssh())} 'cat > /dev/null'"), size)
    table.measure(ground)
    table.goal("rate of dmscp -L / rate of iperf3", lambda: table["dmscp -L dd -R cat"].rate / table["iperf3"].rate, 0.8, is_most=False)
    table.goal("rate of dmscp -l pattern: / rate of iperf3",
               lambda: table["dmscp -l pattern: -R cat"].rate / table["iperf3"].rate, 0.8, is_most=False)
    return table


def through_cat(ground):
    size = ground.size
    table = Table(f"a file of {size >> 20} MiB: cat | ... | cat, memory to memory", "socat")

    def add(name, how):
        table.add(name, into(ground, size, how), size)

    def dmscp(source, target):
        return timed(ground, f"set -o pipefail; cat {source} | {join(ground.copy('-w', '-R', f'cat > {target}'))}")

    def dmscp_command(source, target):
        return timed(ground, ground.copy("-w", "-L", f"cat {source}", "-R", f"cat > {target}"))

    def ssh(source, target):
        return timed(ground, f"set -o pipefail; cat {source} | {join(ground.ssh())} {quote(f'cat > {target}')}")

    add("cat | cat, no network", lambda source, target: timed(ground, f"cat {source} | cat > {target}"))
    add("socat", lambda source, target: socat_pipes(ground, f"cat {source}", f"cat > {target}"))
    add("cat | dmscp", dmscp)
    add("dmscp -L cat", dmscp_command)
    add("ssh", ssh)
    table.measure(ground)
    table.goal("dmscp / socat", lambda: table["cat | dmscp"].seconds / table["socat"].seconds, 1.0)
    return table


def tree(ground):
    """A real tree of many small files, in memory: some of what the machine has anyway."""
    place = os.path.join(ground.memory, "tree")
    os.mkdir(place)
    copied = 0
    for folder in ("/usr/share/doc", "/usr/share/perl", "/usr/lib/python3", "/usr/share/man", "/usr/include", "/usr/share/locale"):
        if copied < 400 * MIB and os.path.isdir(folder):
            subprocess.run(["cp", "-r", "--no-preserve=mode", folder, place], stderr=subprocess.DEVNULL)
            copied = int(subprocess.run(["du", "-sb", place], capture_output=True, text=True).stdout.split()[0])
    packed = subprocess.run(f"tar -C {place} -cf - . | wc -c", shell=True, capture_output=True, text=True, check=True)
    files = sum(len(names) for _, _, names in os.walk(place))
    return place, int(packed.stdout), files


def through_tar(ground):
    place, size, files = tree(ground)
    target = os.path.join(ground.memory, "unpacked")
    table = Table(f"a tree of {files} files, {size >> 20} MiB: tar | ... | tar, memory to memory", "tar | socat | tar")
    pack, unpack = f"tar -C {place} -cf - .", f"tar -C {target} -xf -"

    def add(name, run):
        def once():
            shutil.rmtree(target, ignore_errors=True)
            os.mkdir(target)
            sample = run()
            if subprocess.run(["diff", "-r", "--no-dereference", place, target], stdout=subprocess.DEVNULL).returncode != 0:
                raise Failed("the unpacked tree differs")
            return sample
        table.add(name, once, size)

    add("tar | tar, no network", lambda: timed(ground, f"{pack} | {unpack}"))
    add("tar | socat | tar", lambda: socat_pipes(ground, pack, unpack))
    add("tar | dmscp | tar", lambda: timed(ground, f"set -o pipefail; {pack} | {join(ground.copy('-w', '-R', unpack))}"))
    add("dmscp -L tar -R tar", lambda: timed(ground, ground.copy("-w", "-L", pack, "-R", unpack)))
    add("tar | ssh tar", lambda: timed(ground, f"set -o pipefail; {pack} | {join(ground.ssh())} {quote(unpack)}"))
    table.measure(ground)
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(place)
    table.goal("dmscp / socat", lambda: table["tar | dmscp | tar"].seconds / table["tar | socat | tar"].seconds, 1.0)
    return table


def run(ground):
    return [nothing(ground), through_cat(ground), through_tar(ground)]
