"""A large file from memory to memory."""

import os
import shlex
import subprocess

from ground import free_port
from trial import Failed, Table, timed


def into(ground, size, run):
    """A trial that has to make the target equal to the source."""
    source, target = ground.source(size), ground.target()

    def once():
        if os.path.exists(target):
            os.remove(target)
        sample = run(source, target)
        if subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
            raise Failed("the copy differs from the source")
        os.remove(target)
        return sample

    return once


def socat_with_login(ground, source, target):
    port = free_port()
    listener = f"socat -u -b1048576 TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr OPEN:{target},creat,trunc"
    return timed(
        ground,
        ["socat", "-u", "-b1048576", f"OPEN:{source}", f"TCP:127.0.0.1:{port},retry=1000,interval=0.01"],
        also=ground.ssh() + [listener])


def socat(ground, source, target):
    port = free_port()
    return timed(
        ground,
        ["socat", "-u", "-b1048576", f"OPEN:{source}", f"TCP:127.0.0.1:{port}"],
        there=["socat", "-u", "-b1048576", f"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr", f"OPEN:{target},creat,trunc"],
        port=port)


def mbuffer(ground, source, target):
    port = free_port()
    return timed(
        ground,
        ["mbuffer", "-q", "-s", "1M", "-m", "64M", "-i", source, "-O", f"127.0.0.1:{port}"],
        there=["mbuffer", "-q", "-s", "1M", "-m", "64M", "-I", str(port), "-o", target],
        port=port)


def netcat(ground, source, target):
    port = free_port()
    return timed(
        ground,
        ["nc", "-N", "127.0.0.1", str(port)],
        stdin=source,
        there=f"exec nc -l 127.0.0.1 {port} > {shlex.quote(target)}",
        port=port)


def rsync_daemon(ground, source, target):
    port = free_port()
    config = os.path.join(ground.work, "rsyncd.conf")
    with open(config, "w", encoding="ascii") as to:
        to.write(f"port = {port}\naddress = 127.0.0.1\nuse chroot = no\nlog file = /dev/null\n"
                 f"[bench]\npath = {os.path.dirname(target)}\nread only = no\nuid = {os.geteuid()}\ngid = {os.getegid()}\n")
    return timed(
        ground,
        ["rsync", "-W", source, f"rsync://127.0.0.1:{port}/bench/{os.path.basename(target)}"],
        there=["rsync", "--daemon", "--no-detach", f"--config={config}"],
        port=port,
        is_stopped=True)


def scp(ground, source, target, *options):
    return timed(ground, ["scp", "-q", "-F", ground.ssh_config, *options, source, f"bench:{target}"])


def yscp(ground, source, target, *options):
    return timed(ground, [ground.yscp, "-q", "-F", ground.ssh_config, *options, source, f"bench:{target}"])


def write(ground, *options):
    return lambda source, target: timed(ground, ground.copy("-w", "-l", source, "-f", target, *options))


def read(ground, *options):
    return lambda source, target: timed(ground, ground.copy("-r", "-f", source, "-l", target, *options))


def run(ground):
    size = ground.size
    table = Table(f"one file of {size >> 20} MiB, memory to memory", "socat, with login",
                  "socat with buffers of 1 MiB. The ratio is that to socat started over ssh.")

    def add(name, how):
        table.add(name, into(ground, size, how), size)

    add("cp", lambda source, target: timed(ground, ["cp", source, target]))
    add("socat, with login", lambda *ends: socat_with_login(ground, *ends))
    add("dmscp", write(ground))
    add("yscp", lambda *ends: yscp(ground, *ends))
    add("dmscp -r", read(ground))
    for kind in ("none", "crc32c", "sha256"):
        add(f"dmscp -checksum {kind}", write(ground, "-checksum", kind))
    for option in ("-authenticate", "-encrypt"):
        if ground.has(option):
            add(f"dmscp {option}", write(ground, option))
    add("socat", lambda *ends: socat(ground, *ends))
    add("mbuffer", lambda *ends: mbuffer(ground, *ends))
    add("nc", lambda *ends: netcat(ground, *ends))
    add("rsync daemon", lambda *ends: rsync_daemon(ground, *ends))
    add("scp", lambda *ends: scp(ground, *ends))
    add("scp aes128-gcm", lambda *ends: scp(ground, *ends, "-c", "aes128-gcm@openssh.com"))
    table.add("ssh login alone", lambda: timed(ground, ground.ssh() + ["true"]))
    table.measure(ground)

    def seconds(name):
        return table[name].seconds

    table.goal("dmscp / socat with login", lambda: seconds("dmscp") / seconds("socat, with login"), 1.15)
    table.goal("scp / dmscp", lambda: seconds("scp") / seconds("dmscp"), 6, is_most=False)
    table.goal("fastest scp / dmscp -encrypt",
               lambda: min(seconds("scp"), seconds("scp aes128-gcm")) / seconds("dmscp -encrypt"), 3, is_most=False)
    table.goal("dmscp -authenticate / dmscp", lambda: seconds("dmscp -authenticate") / seconds("dmscp"), 1.25)
    return [table]
