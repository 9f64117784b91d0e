"""What is on this machine, which is ours alone: taken before and after a part, and compared."""

import os
import subprocess
import time

import processes

PATIENCE = 40
PLACES = ("/tmp", "/var/tmp", "/dev/shm")
GROWTH = 8 << 20


def _listening():
    lines = subprocess.run(["ss", "-Htlnx"], capture_output=True, text=True, check=True).stdout.splitlines()
    return {" ".join(line.split()[4:6] if line.startswith("u_") else ["port", line.split()[3]]) for line in lines if line.split()}


def _files():
    return {os.path.join(folder, name) for place in PLACES for folder, folders, names in os.walk(place) for name in folders + names}


class Census:
    def __init__(self):
        everybody = processes.all_alive()
        self.processes = {process.number: process for process in everybody}
        self.listening = _listening()
        self.files = _files()
        self.servers = {p.number: (p.descriptors, p.resident) for p in everybody if p.name.startswith("sshd") and "-D" in p.words}

    def left_since(self, before):
        """A line for each new process, socket and file, and for each sshd that has grown."""
        left = [str(process) for number, process in self.processes.items() if number not in before.processes]
        left += [f"listening: {place}" for place in sorted(self.listening - before.listening)]
        left += [f"file {path}" for path in sorted(self.files - before.files)]
        for number, (descriptors, resident) in self.servers.items():
            old_descriptors, old_resident = before.servers.get(number, (descriptors, resident))
            if descriptors > old_descriptors:
                left.append(f"sshd {number}: {descriptors} descriptors, {old_descriptors} before")
            if resident > old_resident + GROWTH:
                left.append(f"sshd {number}: {resident >> 20} MiB, {old_resident >> 20} before")
        return left


def settle(before):
    """What is left once everything has had its time to end, and the seconds that took."""
    start = time.monotonic()
    while True:
        left = Census().left_since(before)
        seconds = time.monotonic() - start
        if not left or seconds > PATIENCE:
            return left, seconds
        time.sleep(0.2)
