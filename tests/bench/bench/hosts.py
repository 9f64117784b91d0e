"""Hosts in namespaces behind one bridge, made by tests/lab/cluster: this process is on the sending one."""

import os
import re
import shutil
import subprocess
import tempfile

from ground import Sshd, wait_listening
from trial import Failed

NEEDED = ("ip", "tc", "nsenter", "unshare")


def is_possible(ground):
    return ground.is_root and all(map(shutil.which, NEEDED))


def is_inside():
    return "CLUSTER" in os.environ


class Hosts:
    """n1 to nN. Each has a directory of its own at the same path, so that tools which write one path on all hosts can be measured."""

    def __init__(self, ground, count):
        self.ground, self.count = ground, count
        self.ssh_config = os.environ["SSH_CONFIG"]
        self.sshds = [Sshd(self._pid(number)) for number in self.numbers]
        self.place = os.path.join(ground.memory, "here")
        os.makedirs(self.place, exist_ok=True)
        for number, sshd in zip(self.numbers, self.sshds):
            os.makedirs(self.directory(number), exist_ok=True)
            self._enter(sshd, "mount", "--bind", self.directory(number), self.place)

    @property
    def numbers(self):
        return range(1, self.count + 1)

    @property
    def names(self):
        return [f"n{number}" for number in self.numbers]

    def close(self):
        for sshd in self.sshds:
            self._enter(sshd, "umount", self.place)

    def cpu(self):
        """Seconds that everything has taken which was started through the hosts' sshds."""
        return sum(sshd.cpu() for sshd in self.sshds)

    def directory(self, number):
        return os.path.join(self.ground.memory, f"host{number}")

    def target(self, number):
        """The file that a host writes, as this side sees it."""
        return os.path.join(self.directory(number), "target")

    @property
    def there(self):
        """The same file by the path that each host knows."""
        return os.path.join(self.place, "target")

    def clear(self):
        for number in self.numbers:
            for name in os.listdir(self.directory(number)):
                os.remove(os.path.join(self.directory(number), name))

    def check(self, source, numbers=None):
        for number in numbers or self.numbers:
            if subprocess.run(["cmp", source, self.target(number)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
                raise Failed(f"the copy on n{number} differs from the source")

    def limit(self, number, mbit):
        subprocess.run([os.environ["CLUSTER"], "rate", str(number), str(mbit)], check=True)

    def on(self, number, *command):
        """A command on a host, in the directories of that host."""
        return ["nsenter", f"--net=/proc/{self._pid(number)}/ns/net", f"--mount=/proc/{self._pid(number)}/ns/mnt", *command]

    def address(self, number):
        return f"10.79.0.{number}"

    def wait_listening(self, number, port):
        wait_listening(port, self._pid(number))

    def server_on(self, number):
        """The process of ours that receives on a host; None if there is none."""
        waiting = [self._pid(number)]
        while waiting:
            process = waiting.pop()
            try:
                with open(f"/proc/{process}/cmdline", "rb") as line:
                    if b"-server" in line.read().split(b"\0"):
                        return process
                with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as children:
                    waiting += map(int, children.read().split())
            except OSError:
                pass
        return None

    def _pid(self, number):
        with open(os.path.join(os.environ["CLUSTER_DIR"], f"sshd-{number}.pid"), encoding="ascii") as pid:
            return int(pid.read())

    @staticmethod
    def _enter(sshd, *command):
        subprocess.run(["nsenter", f"--mount=/proc/{sshd.pid}/ns/mnt", *command], check=True)


def bytes_read(ground, command, path):
    """How many bytes of a file a command and its children read, as strace sees it."""
    with tempfile.NamedTemporaryFile(dir=ground.work) as trace:
        calls = "read,pread64,readv,preadv,preadv2,sendfile,copy_file_range,splice"
        subprocess.run(["strace", "-f", "-qq", "-y", "-e", f"trace={calls}", "-o", trace.name, *command],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return _sum(trace, path)


def _sum(trace, path):
    total, pending = 0, set()
    mark = f"<{path}>"
    with open(trace.name, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            process = line.split(None, 1)[0]
            if mark in line and "unfinished" in line:
                pending.add(process)
            elif mark in line or ("resumed" in line and process in pending):
                pending.discard(process)
                result = re.search(r"= (\d+)$", line)
                total += int(result[1]) if result else 0
    return total
