"""
A far end that lies: runs the real server and passes on what it says, with frames of the control channel repeated, left out, exchanged, cut
or damaged. For dmscp --launch.  usage: spoil.py SEED SERVER...
"""

import random
import subprocess
import sys
import threading

MARKER = b"PIPE-CONTROL\r\n\x1a\0"
HEADER = 12


def frames(stream):
    """The marker and what stands before it, then each frame."""
    seen = b""
    while not seen.endswith(MARKER):
        byte = stream.read(1)
        if not byte:
            yield seen
            return
        seen += byte
    yield seen
    while header := stream.read(HEADER):
        yield header + stream.read(int.from_bytes(header[:4], "little"))


def spoil(frame, rng, earlier):
    """What is said instead of a frame."""
    match rng.choices(["as it is", "twice", "not", "earlier", "cut", "bit", "number"], [60, 8, 8, 8, 4, 6, 6])[0]:
        case "as it is":
            return frame
        case "twice":
            return frame + frame
        case "not":
            return b""
        case "earlier":
            return frame + rng.choice(earlier or [frame])
        case "cut":
            return frame[:rng.randrange(len(frame) + 1)]
        case "bit":
            at = rng.randrange(len(frame))
            return frame[:at] + bytes([frame[at] ^ 1 << rng.randrange(8)]) + frame[at + 1:]
        case "number":
            at = rng.randrange(max(1, len(frame) - 4))
            return frame[:at] + rng.choice([b"\0" * 4, b"\xff" * 4, b"\0\0\0\x80"]) + frame[at + 4:]


def main():
    rng = random.Random(sys.argv[1])
    begin = rng.randrange(8)
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def forward():
        try:
            while some := sys.stdin.buffer.raw.read(65536):
                server.stdin.write(some)
                server.stdin.flush()
            server.stdin.close()
        except OSError:
            pass

    threading.Thread(target=forward, daemon=True).start()
    earlier = []
    try:
        for number, frame in enumerate(frames(server.stdout)):
            said = frame if number <= begin else spoil(frame, rng, earlier)
            earlier = (earlier + [frame])[-8:] if number else earlier
            sys.stdout.buffer.write(said)
            sys.stdout.buffer.flush()
    except OSError:
        pass
    server.terminate()


main()
