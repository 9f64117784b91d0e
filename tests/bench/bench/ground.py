"""Where the runs take place: folders in memory, keys, an sshd of our own, the programs to measure."""

import fcntl
import os
import platform
import re
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager

GIB = 1 << 30
TIME = shutil.which("time")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_listening(port, pid="self", seconds=10):
    """Until a program listens there, in the network of that process; connecting would use up a listener that takes one only."""
    mark = f":{port:04X} "
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for table in ("tcp", "tcp6"):
            try:
                with open(f"/proc/{pid}/net/{table}", encoding="ascii") as lines:
                    if any(mark in line.split(":", 1)[1][:16] and " 0A " in line for line in lines if mark in line):
                        return
            except OSError:
                pass
        time.sleep(0.005)
    raise RuntimeError(f"no program listens on port {port}")


def sftp_server():
    """As distributions set it up: a program that the login shell starts, as it starts ours."""
    places = ("/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server")
    return next(filter(os.path.exists, places), "internal-sftp")


def available_memory():
    with open("/proc/meminfo", encoding="ascii") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


class Sshd:
    """An ssh server, and the CPU time that everything has taken which was started through it."""

    def __init__(self, pid):
        self.pid = pid

    def cpu(self):
        """Of all children that have ended: waits for those that have not."""
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline and self._children():
            time.sleep(0.005)
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")

    def _children(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as children:
            return children.read().split()


class Ground:
    def __init__(self, chosen):
        self.root = os.environ["BENCH_ROOT"]
        self.bin = os.path.abspath(os.environ["PIPE_BIN"])
        self.rounds = chosen.rounds
        self.seconds = chosen.seconds
        self.rows = chosen.rows
        self.only = chosen.only
        self.disk_dir = chosen.dir
        self.is_root = os.geteuid() == 0
        self.lock = chosen.lock
        self.memory = tempfile.mkdtemp(prefix="pipe-bench-", dir="/dev/shm")
        self.work = tempfile.mkdtemp(prefix="pipe-bench-")
        room = min(available_memory(), shutil.disk_usage("/dev/shm").free)
        self.size = chosen.size or (4 * GIB if room > 14 * GIB else 2 * GIB if room > 7 * GIB else GIB // 2)
        self.dmscp = os.path.join(self.bin, "dmscp")
        self.yscp = os.path.join(self.bin, "yscp")
        self.dccli = os.path.join(self.bin, "dccli")
        self.options = subprocess.run([self.dmscp, "-h"], capture_output=True, text=True, check=True).stdout
        self._sources = {}
        self._zeros = bytes(1 << 24)
        self._started = []

    def __enter__(self):
        self._make_keys()
        self._make_wrapper()
        # With SHLVL, bash reads no start-up files: what the user has in them is not ours to measure. yscp has no other way than PATH to
        # find the other end.
        self.sshd = self.serve("bench", f"SHLVL=2 PATH={os.path.dirname(self.wrapper)}:{os.environ['PATH']}")
        return self

    def __exit__(self, *_):
        for process in self._started:
            process.terminate()
            process.wait()
        shutil.rmtree(self.memory, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)

    @contextmanager
    def turn(self):
        """The machine is ours, if others keep to the lock."""
        if not self.lock:
            yield
            return
        with open(self.lock, "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def touch(self, size):
        """Uses that much memory and gives it back: a virtual machine that has not used it lately gets it from its host first, which may
        take longer than a copy, and not always as long."""
        path = os.path.join(self.memory, "touched")
        with open(path, "wb") as to:
            for done in range(0, size, len(self._zeros)):
                to.write(self._zeros[:size - done])
        os.remove(path)

    def source(self, size):
        """A file of random bytes in memory."""
        if size not in self._sources:
            path = os.path.join(self.memory, f"source-{size}")
            with open(path, "wb") as to:
                for done in range(0, size, 1 << 24):
                    to.write(os.urandom(min(1 << 24, size - done)))
            self._sources[size] = path
        return self._sources[size]

    def forget(self, size):
        path = self._sources.pop(size, None)
        if path:
            os.remove(path)

    def target(self):
        return os.path.join(self.memory, "target")

    def has(self, option):
        """Whether dmscp knows that option."""
        return re.search(rf"^ +{option}\b", self.options, re.MULTILINE) is not None

    def ssh(self, *options):
        return ["ssh", "-F", self.ssh_config, *options, "bench"]

    def copy(self, *options):
        """dmscp to or from the other end; its remote half is measured too."""
        return [self.dmscp, "-q", "-s", "bench", "-ssh-config", self.ssh_config, "-prefix", self.prefix, *options]

    def machine(self):
        with open("/proc/cpuinfo", encoding="ascii") as lines:
            model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
        version = subprocess.run([self.dmscp, "-version"], capture_output=True, text=True, check=True).stdout.strip()
        return {
            "cpu": model,
            "cores": os.cpu_count(),
            "kernel": platform.release(),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB),
            "version": version,
            "date": time.strftime("%Y-%m-%d"),
        }

    def _make_keys(self):
        for name in ("host_key", "id"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(self.work, name)], check=True)
        shutil.copy(os.path.join(self.work, "id.pub"), os.path.join(self.work, "authorized_keys"))

    def _make_wrapper(self):
        """What is found as dmscp at the other end: the program, under time."""
        self.there_log = os.path.join(self.work, "there")
        folder = os.path.join(self.work, "bin")
        os.mkdir(folder)
        self.wrapper = os.path.join(folder, "dmscp")
        with open(self.wrapper, "w", encoding="ascii") as to:
            to.write(f"#!/bin/sh\nexec {TIME} -q -o {self.there_log} -f '%U %S %M' {self.dmscp} \"$@\"\n")
        os.chmod(self.wrapper, 0o755)
        self.prefix = f"PATH={folder}:$PATH; export PATH"

    def serve(self, name, environment):
        """Starts an ssh server whose logins have that environment; ssh knows it by that name."""
        port = free_port()
        config = os.path.join(self.work, f"sshd_config_{name}")
        with open(config, "w", encoding="ascii") as to:
            to.write(
                f"Port {port}\nListenAddress 127.0.0.1\nHostKey {self.work}/host_key\nPidFile none\n"
                f"AuthorizedKeysFile {self.work}/authorized_keys\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
                f"MaxStartups 1000\nSubsystem sftp {sftp_server()}\n"
                f"SetEnv {environment}\n")
        self.ssh_config = os.path.join(self.work, "ssh_config")
        with open(self.ssh_config, "a", encoding="ascii") as to:
            to.write(
                f"Host {name}\n HostName 127.0.0.1\n Port {port}\n IdentityFile {self.work}/id\n IdentitiesOnly yes\n"
                " StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n")
        if self.is_root:
            os.makedirs("/run/sshd", exist_ok=True)
        log = os.path.join(self.work, f"sshd_{name}.log")
        process = subprocess.Popen([shutil.which("sshd"), "-D", "-f", config, "-E", log])
        self._started.append(process)
        wait_listening(port)
        subprocess.run([*self.ssh()[:-1], name, "true"], check=True, stdin=subprocess.DEVNULL)
        return Sshd(process.pid)
