"""Processes as /proc shows them."""

import os
import signal


class Process:
    def __init__(self, number):
        self.number = number
        with open(f"/proc/{number}/stat", encoding="utf-8", errors="replace") as stat:
            head, tail = stat.read().rsplit(")", 1)
        self.name = head.split("(", 1)[1]
        fields = tail.split()
        self.is_dead = fields[0] in "ZX"
        self.parent = int(fields[1])
        self.resident = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        with open(f"/proc/{number}/cmdline", "rb") as line:
            self.words = [word.decode(errors="replace") for word in line.read().split(b"\0")[:-1]]

    def __str__(self):
        return f"process {self.number} ({self.name}) {' '.join(self.words)[:120]}"

    @property
    def tag(self):
        try:
            with open(f"/proc/{self.number}/environ", "rb") as environ:
                return next((word[10:].decode() for word in environ.read().split(b"\0") if word.startswith(b"PIPE_TEST=")), None)
        except OSError:
            return None

    @property
    def descriptors(self):
        return len(os.listdir(f"/proc/{self.number}/fd"))

    @property
    def is_server(self):
        return "-server" in self.words and any(word.endswith("dmscp") for word in self.words[:2])

    def signal(self, number):
        try:
            os.kill(self.number, number)
            return True
        except ProcessLookupError:
            return False

    def kill(self):
        return self.signal(signal.SIGKILL)


def get(number):
    """None if it is gone."""
    try:
        process = Process(number)
    except (OSError, IndexError, ValueError):
        return None
    return None if process.is_dead else process


def all_alive():
    return [process for name in os.listdir("/proc") if name.isdigit() and (process := get(int(name)))]


def tagged(tag):
    return [process for process in all_alive() if process.tag == tag]


def session_above(process):
    """The sshd processes that serve the session of this one, nearest first; the listener is not one of them."""
    found = []
    above = get(process.parent)
    while above and above.name.startswith("sshd") and "-D" not in above.words and "[listener]" not in " ".join(above.words):
        found.append(above)
        above = get(above.parent)
    return found
