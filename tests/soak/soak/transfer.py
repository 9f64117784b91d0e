"""One copy drawn at random: what goes where, how, and what happens to it on the way."""

import random
from dataclasses import dataclass

from ground import MIB

SMALL = [0, 1, 1000, 65535, 65536, 65537, MIB - 1, MIB, MIB + 1]
# What a copy is hit by, in a thousand.
FAULTS = {"none": 660, "cut": 70, "damage": 40, "ssh": 40, "sshd": 20, "client": 40, "server": 40, "source": 45, "sink": 45}
# These the copy has to survive.
SURVIVABLE = ("none", "cut", "damage", "ssh", "sshd")


@dataclass
class Transfer:
    index: int
    direction: str      # write or read
    source: str         # file, pipe or command; on the far end no pipe
    sink: str
    size: int
    far: str            # local, root, other (another user), b (behind the damaging link)
    connect: str
    protection: list
    streams: int
    fault: str
    has_old: bool       # whether the target is there already
    port: int
    timeout: int
    rate: int           # bytes a second, 0: as fast as it goes
    strikes: list       # seconds after the data begin to move; from the start if the fault may come at any time
    signal: str
    is_early: bool

    def __str__(self):
        return (f"{self.direction} {self.source} to {self.sink}, {self.size} bytes, far end {self.far}, -connect {self.connect}"
                f"{''.join(' ' + word for word in self.protection)}, fault {self.fault}{self.signal and ' ' + self.signal}")

    @property
    def is_survivable(self):
        return self.fault in SURVIVABLE


def draw(seed, part, index, *, is_crowd=False):
    rng = random.Random(f"{seed} {part} {index}")
    fault = rng.choices(list(FAULTS), FAULTS.values())[0]
    direction = rng.choice(["write", "read"])
    here, there = rng.choice(["file", "pipe", "command"]), rng.choice(["file", "command"])
    source, sink = (here, there) if direction == "write" else (there, here)
    if fault == "source":
        source = "command"
    elif fault == "sink":
        sink = "command"
    far = "b" if fault == "damage" else rng.choice(["root", "other"]) if fault in ("ssh", "sshd") else rng.choice(["local", "root", "other"])
    is_timed = fault in ("cut", "ssh", "sshd", "client", "server")
    size = draw_size(rng, fault, is_timed, is_crowd)
    seconds = rng.uniform(0.4, 1.5)
    return Transfer(
        index=index, direction=direction, source=source, sink=sink, size=size, far=far,
        connect=rng.choice(["direct", "reverse", "auto", "auto"]) if fault in ("cut", "damage") else rng.choice(["direct", "reverse", "ssh", "auto", "auto"]),
        protection=rng.choice([[], [], ["-authenticate"], ["-encrypt"], ["-checksum", "sha256"], ["-checksum", "crc32c"]]),
        streams=rng.choice([1, 2, 2, 4, 8]),
        fault=fault,
        has_old=rng.random() < 0.5,
        port=10000 + index % 900 * 10,
        timeout=30 if is_crowd or not is_timed else 9,
        rate=int(size / seconds) if is_timed and size else 0,
        strikes=sorted(rng.uniform(0, seconds * 0.9) for _ in range(rng.randint(1, 3) if fault == "cut" else 1)),
        signal=rng.choice(["KILL", "TERM"]) if fault in ("client", "server") else "KILL" if fault in ("ssh", "sshd") else "",
        is_early=fault in ("client", "server") and rng.random() < 0.3)


def draw_size(rng, fault, is_timed, is_crowd):
    if is_timed:
        return rng.randint(2 * MIB, 12 * MIB)
    if fault == "damage":
        return rng.randint(8 * MIB, 40 * MIB)
    if not is_crowd and rng.random() < 0.01:
        return rng.randint(100 * MIB, 400 * MIB)
    return rng.choice(SMALL) if rng.random() < 0.4 else rng.randint(0, int(2 ** rng.uniform(10, 23)))
