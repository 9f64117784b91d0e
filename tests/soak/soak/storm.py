"""
Hostile connections to a port, in a process of its own: storm.py PORT COUNT SECONDS SESSION_PORT.

Told to go by a line, it makes COUNT connections in SECONDS; when its input ends, it prints what became of them as JSON. A sixth each:
  scan      connects and closes            silent    connects and stays
  garbage   sends nonsense                trickle   sends a greeting, one byte a second
  replay    sends the greeting and the proof of a lane of the session on SESSION_PORT, as they were seen on the way
  turned    sends that greeting for another lane, and the proof of the other side
"""

import ctypes
import errno
import json
import os
import resource
import select
import socket
import struct
import sys
import time
from collections import Counter

KINDS = ["scan", "garbage", "silent", "trickle", "replay", "turned"]
GREETING = b"PIPELANE"
HELLO = 64
ANSWER = 64
PROOF = 32
GARBAGE = bytes(range(7, 207))


class Recorder:
    """Looks at the packets of the loopback device until it has seen the handshake of one lane."""

    def __init__(self, port):
        self.hello = self.answer = self.proof = None
        self._port = port
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self._only_small(200)
        self.socket.bind(("lo", 0x0800))
        self.socket.setblocking(False)

    @property
    def is_complete(self):
        return bool(self.hello and self.answer and self.proof)

    def look(self):
        while True:
            try:
                packet = self.socket.recv(4096)
            except BlockingIOError:
                return
            header = (packet[0] & 15) * 4
            source, to = struct.unpack_from(">HH", packet, header)
            self._see(source, to, packet[header + (packet[header + 12] >> 4) * 4:struct.unpack_from(">H", packet, 2)[0]])

    def _see(self, source, to, payload):
        if to == self._port and len(payload) == HELLO and payload.startswith(GREETING):
            self.hello = self.hello or payload
        elif source == self._port and len(payload) == ANSWER and self.hello:
            self.answer = self.answer or payload
        elif to == self._port and len(payload) == PROOF and self.answer:
            self.proof = self.proof or payload

    def _only_small(self, size):
        """Blocks are not worth a look: the kernel drops what is longer."""
        attach = 26
        program = [(0x80, 0, 0, 0), (0x25, 1, 0, size), (0x06, 0, 0, 0xFFFF), (0x06, 0, 0, 0)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
        self.socket.setsockopt(socket.SOL_SOCKET, attach, struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))


class Stranger:
    def __init__(self, kind, port):
        self.kind = kind
        self.got = 0
        self.sent = 0
        self.is_connected = False
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.is_refused = self.socket.connect_ex(("127.0.0.1", port)) not in (0, errno.EINPROGRESS)


class Storm:
    def __init__(self, port, session_port):
        self.counts = Counter()
        self._port = port
        self._poll = select.epoll()
        self._strangers = {}
        self._recorder = Recorder(session_port)
        self._trickled = 0.0
        self._start = None
        self._poll.register(self._recorder.socket.fileno(), select.EPOLLIN)
        self._poll.register(0, select.EPOLLIN | select.EPOLLHUP)

    def run(self, count, seconds):
        made = 0
        while not self._work(0.002 if made < count else 0.1):
            due = min(count, int((time.monotonic() - self._start) / seconds * count)) if self._start else 0
            while made < due:
                self._send_one(KINDS[made % len(KINDS)])
                made += 1
            if time.monotonic() - self._trickled > 1:
                self._trickle()
        self.counts["made"] = made
        return self.counts

    def _send_one(self, kind):
        stranger = Stranger(kind, self._port)
        self._strangers[stranger.socket.fileno()] = stranger
        self._poll.register(stranger.socket.fileno(), select.EPOLLOUT)

    def _work(self, timeout):
        """True when the input has ended."""
        for number, events in self._poll.poll(timeout):
            if number == 0:
                if not os.read(0, 100):
                    return True
                self._start = time.monotonic()
            elif number == self._recorder.socket.fileno():
                self._recorder.look()
                if self._recorder.is_complete:
                    self._poll.unregister(number)
                    self._recorder.socket.close()
            elif not self._strangers[number].is_connected:
                self._connected(self._strangers[number])
            elif events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._readable(self._strangers[number])
        return False

    def _connected(self, stranger):
        if stranger.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(stranger, "refused")
            return
        stranger.is_connected = True
        self.counts["connected"] += 1
        if stranger.kind == "scan":
            self._end(stranger, "scanned")
            return
        self._poll.modify(stranger.socket.fileno(), select.EPOLLIN)
        recorder = self._recorder
        if stranger.kind == "garbage":
            self._say(stranger, GARBAGE)
        elif stranger.kind == "replay" and recorder.is_complete:
            self._say(stranger, recorder.hello)
        elif stranger.kind == "turned" and recorder.is_complete:
            self._say(stranger, recorder.hello[:10] + b"\x07" + recorder.hello[11:])

    def _readable(self, stranger):
        try:
            got = len(stranger.socket.recv(65536))
        except OSError:
            got = 0
        if not got:
            self._end(stranger, "turned away")
            return
        stranger.got += got
        if stranger.got == ANSWER and not stranger.sent:
            stranger.sent = 1
            self.counts["proofs replayed"] += 1
            self._say(stranger, self._recorder.proof if stranger.kind == "replay" else self._recorder.answer[ANSWER - PROOF:])
        elif stranger.got > ANSWER:
            self.counts["let in"] += 1

    def _say(self, stranger, what):
        try:
            stranger.socket.send(what)
        except OSError:
            pass

    def _trickle(self):
        self._trickled = time.monotonic()
        for stranger in self._strangers.values():
            if stranger.kind == "trickle" and stranger.is_connected:
                self._say(stranger, (GREETING + b"\1\0\1")[stranger.sent:stranger.sent + 1] or b"\0")
                stranger.sent += 1

    def _end(self, stranger, how):
        self.counts[how] += 1
        del self._strangers[stranger.socket.fileno()]
        stranger.socket.close()


def main():
    port, count, seconds, session_port = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    storm = Storm(port, session_port)
    print("ready", flush=True)
    print(json.dumps(storm.run(count, seconds) | {"recorded": int(storm._recorder.is_complete), "cpu": sum(os.times()[:2])}))


if __name__ == "__main__":
    main()
