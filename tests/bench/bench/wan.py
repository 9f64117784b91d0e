"""A long link and a short one, in namespaces, carried by tests/lab."""

import os
import shutil
import subprocess
import time

from ground import Sshd, wait_listening
from trial import Failed, Table, timed

MIB = 1 << 20
FAR = "10.78.0.2"
PORT = 5299


class Lab:
    """Hosts a and b, joined by the link, or by a cable if options is None; we are on a."""

    def __init__(self, ground, options):
        self.ground = ground
        self.script = os.path.join(ground.root, "tests", "lab", "lab")
        self.options = options
        self.environment = os.environ | {"LAB_DIR": os.path.join(ground.work, "lab"), "LAB_NAME": f"bench{os.getpid()}"}

    def __enter__(self):
        # linkemu stays behind, with our streams.
        subprocess.run([self.script, *(["veth"] if self.options is None else ["up", *self.options])], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        folder = self.environment["LAB_DIR"]
        pid_file = os.path.join(folder, "sshd-b.pid")
        for _ in range(200):
            if os.path.exists(pid_file):
                break
            time.sleep(0.01)
        with open(pid_file, encoding="ascii") as pid:
            self.sshd = Sshd(int(pid.read()))
        wait_listening(22, self.sshd.pid)
        self.ssh_config = os.path.join(folder, "ssh_config")
        subprocess.run(self.on("a", "ssh", "-F", self.ssh_config, "b", "true"), check=True, stdin=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        subprocess.run([self.script, "down"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def on(self, host, *command):
        return ["ip", "netns", "exec", f"{self.environment['LAB_NAME']}-{host}", *command]

    def copy(self, *options):
        return self.on("a", self.ground.dmscp, "-q", "-s", "b", "-ssh-config", self.ssh_config, "-prefix", self.ground.prefix, *options)


def is_possible(ground):
    return ground.is_root and shutil.which("gcc") and shutil.which("ip") and os.path.exists("/dev/net/tun")


def trials(ground, lab, table, size):
    source, target = ground.source(size), ground.target()

    def add(name, run):
        def once():
            if os.path.exists(target):
                os.remove(target)
            sample = run()
            if run not in (iperf3, login) and subprocess.run(["cmp", source, target], stdout=subprocess.DEVNULL).returncode != 0:
                raise Failed("the copy differs from the source")
            return sample
        table.add(name, once, 0 if run is login else size)

    def iperf3():
        return timed(ground, lab.on("a", "iperf3", "-c", FAR, "-p", str(PORT), "-n", str(size)),
                     there=lab.on("b", "iperf3", "-s", "-1", "-B", FAR, "-p", str(PORT)), port=PORT)

    def login():
        return timed(ground, lab.on("a", "ssh", "-F", lab.ssh_config, "b", "true"), sshd=lab.sshd)

    def socat():
        return timed(ground, lab.on("a", "socat", "-u", "-b1048576", f"OPEN:{source}", f"TCP:{FAR}:{PORT}"),
                     there=lab.on("b", "socat", "-u", "-b1048576", f"TCP-LISTEN:{PORT},bind={FAR},reuseaddr", f"OPEN:{target},creat,trunc"),
                     port=PORT)

    def dmscp(*options):
        return lambda: timed(ground, lab.copy("-w", "-l", source, "-f", target, *options), sshd=lab.sshd)

    def piped(*options):
        return lambda: timed(ground, lab.copy("-w", "-R", f"cat > {target}", *options), stdin=source, sshd=lab.sshd)

    add("iperf3, one stream", iperf3)
    add("socat", socat)
    add("dmscp", dmscp())
    add("dmscp -r", lambda: timed(ground, lab.copy("-r", "-f", source, "-l", target), sshd=lab.sshd))
    add("dmscp, pipe", piped("-L", f"cat {source}"))
    add("ssh login alone", login)
    for wsz in ("4m", "16m"):
        add(f"dmscp -wsz {wsz}", dmscp("-wsz", wsz))
    if ground.has("-streams"):
        for streams in ("1", "4", "8"):
            add(f"dmscp -streams {streams}", dmscp("-streams", streams))
    add("scp", lambda: timed(ground, lab.on("a", "scp", "-q", "-F", lab.ssh_config, source, f"b:{target}"), sshd=lab.sshd))




def link(ground, title, rate, delay, size):
    """rate: Mbit/s; delay: ms each way."""
    table = Table(f"{title}: {rate} Mbit/s, {2 * delay:g} ms there and back, {size >> 20} MiB", "iperf3, one stream",
                  "% of the link: payload, with the login counted.")
    with Lab(ground, ["--rate", str(rate), "--delay", str(delay)]) as lab:
        trials(ground, lab, table, size)
        table.measure(ground)
    for trial in table.trials:
        if trial.rate:
            table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / (rate * 1e6) * 100}
    return table


def run(ground):
    if not is_possible(ground):
        table = Table("a long link", "")
        table.note = "Left out: needs root, gcc, iproute2 and /dev/net/tun."
        return [table]
    size = min(ground.size, 512 * MIB)
    long = link(ground, "a long link", 500, 50, size)
    login = long["ssh login alone"]
    for name in ("dmscp", "dmscp -r", "dmscp, pipe"):
        long.goal(f"{name}, share of the link without the time of a login",
                  lambda name=name: size * 8 / (long[name].seconds - login.seconds) / 500e6, 0.85, is_most=False)
    short = link(ground, "a short link", 500, 0.5, size // 2)
    short.goal("dmscp / socat and a login", lambda: short["dmscp"].seconds / (short["socat"].seconds + short["ssh login alone"].seconds), 1.15)
    return [long, short]
