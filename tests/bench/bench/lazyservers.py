"""The servers that tests/bench/lazy compares: lazyclone, nbdkit and qemu, with the same delayed source."""
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import time

ROOT = os.environ.get('BENCH_ROOT') or os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
LAZYCLONE = os.path.join(os.environ.get('PIPE_BIN', os.path.join(ROOT, 'artifacts/ship/bin')), 'lazyclone')
MIB = 1 << 20

# Debian has libnbd for its own python.
PYTHON = '/usr/bin/python3'


def uri(path):
    return f'nbd+unix:///?socket={path}'


def call(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def client(path, script):
    """Runs a script with h, a handle of libnbd that is connected."""
    return call(PYTHON, '-c', f'import nbd, sys, time\nh = nbd.NBD()\nh.connect_uri(sys.argv[1])\n{script}', uri(path))


def remove(*paths):
    for path in paths:
        if os.path.exists(path):
            os.remove(path)


class Process:
    """A server that ends with its block. It is waited for with a bare connection, which costs less than a client."""

    def __init__(self, words, path, **options):
        self.socket = path
        remove(path)
        self.started = time.monotonic()
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    def __enter__(self):
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() - self.started > 60:
                raise RuntimeError(f'{self.process.args[0]} does not answer')
            time.sleep(0.001)
        self.ready = time.monotonic() - self.started
        return self

    def _answers(self):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(self.socket)
            connection.settimeout(30)
            return connection.recv(8) == b'NBDMAGIC'
        except OSError:
            return False
        finally:
            connection.close()

    def first_read(self):
        """Reads 4 KiB in the oldest way that there is; returns how long after the start they were there."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.recv(18, socket.MSG_WAITALL)
            connection.sendall(struct.pack('>I8sII', 3, b'IHAVEOPT', 1, 0))
            connection.recv(10, socket.MSG_WAITALL)
            connection.sendall(struct.pack('>IHHQQI', 0x25609513, 0, 0, 1, 0, 4096))
            if len(connection.recv(16 + 4096, socket.MSG_WAITALL)) != 16 + 4096:
                raise RuntimeError('the first read is not answered')
        return time.monotonic() - self.started

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def memory(self):
        """The most that it has had in memory, in bytes."""
        return int(re.search(r'^VmHWM:\s*(\d+) kB', open(f'/proc/{self.process.pid}/status').read(), re.M)[1]) << 10


class Source(Process):
    """nbdkit with a delay, which counts what is read."""

    def __init__(self, place, size, delay='20ms', rate=None, plugin=None):
        self.stats = os.path.join(place, 'stats')
        self.file = os.path.join(place, f'src-{size}')
        if plugin is None and not os.path.exists(self.file):
            with open(self.file, 'wb') as out:
                for _ in range(size):
                    out.write(os.urandom(MIB))
        path = os.path.join(place, 'source')
        filters = ['--filter=stats', *(['--filter=rate'] if rate else []), '--filter=delay']
        super().__init__(['nbdkit', '-f', '-U', path, *filters, *(plugin or ['file', self.file]), f'statsfile={self.stats}', f'rdelay={delay}', *([f'rate={rate}'] if rate else [])], path)

    def bytes_read(self):
        """Known once it has ended."""
        text = open(self.stats).read()
        found = re.search(r'^read: \d+ ops, [\d.]+ \w+, ([\d.]+) (bytes|[KMGT]iB)', text, re.M)
        return 0 if found is None else float(found[1]) * {'bytes': 1, 'KiB': 1 << 10, 'MiB': 1 << 20, 'GiB': 1 << 30, 'TiB': 1 << 40}[found[2]]


class Ours(Process):
    """lazyclone, with its events."""

    def __init__(self, place, source, *features, name='ours'):
        self.clone = os.path.join(place, name)
        remove(self.clone, self.clone + '.lazyclone')
        reader, writer = os.pipe()
        super().__init__([LAZYCLONE, '-q', source, self.clone, *features, '-events', str(writer)], self.clone + '.socket', pass_fds=[writer])
        os.close(writer)
        self.events = os.fdopen(reader)
        self.told = []

    def await_event(self, name):
        """Returns how long after the start the event came."""
        for line in self.events:
            self.told.append(json.loads(line)['event'])
            if self.told[-1] == name:
                return time.monotonic() - self.started
        raise RuntimeError(f'lazyclone ended without the event {name}')

    def ask(self, *words):
        return call(LAZYCLONE, words[0], *words[1:-1], self.socket, *words[-1:]) if len(words) > 1 else call(LAZYCLONE, words[0], self.socket)

    def status(self):
        return json.loads(call(LAZYCLONE, 'status', '--json', self.socket))

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.events.close()


def nbdkit_plain(place, file):
    return Process(['nbdkit', '-f', '-U', os.path.join(place, 'plain'), 'file', file], os.path.join(place, 'plain'))


def nbdkit_cow(place, source_socket):
    return Process(['nbdkit', '-f', '-U', os.path.join(place, 'cow'), '--filter=cow', 'nbd', f'socket={source_socket}', 'cow-on-read=true'], os.path.join(place, 'cow'),
                   env=dict(os.environ, TMPDIR=place))


def nbdkit_scan(place, source_socket):
    return Process(['nbdkit', '-f', '-U', os.path.join(place, 'scan'), '--filter=scan', '--filter=cow', 'nbd', f'socket={source_socket}', 'cow-on-cache=true', 'cow-on-read=true'],
                   os.path.join(place, 'scan'), env=dict(os.environ, TMPDIR=place))


def qemu_cor(place, source):
    overlay = os.path.join(place, 'overlay.qcow2')
    remove(overlay)
    call('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', source, '-F', 'raw', overlay)
    return Process(['qemu-nbd', '-t', '-e', '8', '-k', os.path.join(place, 'cor'), '--image-opts', f'driver=copy-on-read,file.driver=qcow2,file.file.driver=file,file.file.filename={overlay}'], os.path.join(place, 'cor'))


def server_of(name, place, source, *features):
    """One of the three servers that keep what they have read, before the source. Features are for lazyclone."""
    match name:
        case 'lazyclone':
            return Ours(place, uri(source.socket), *features)
        case 'nbdkit cow':
            return nbdkit_cow(place, source.socket)
        case 'qemu copy-on-read':
            return qemu_cor(place, uri(source.socket))


def block_stream(place, source):
    """How long qemu takes to stream a source into an overlay; null without its storage daemon."""
    if not shutil.which('qemu-storage-daemon'):
        return None
    overlay = os.path.join(place, 'stream.qcow2')
    call('qemu-img', 'create', '-q', '-f', 'qcow2', '-b', source, '-F', 'raw', overlay)
    start = time.monotonic()
    daemon = subprocess.Popen(['qemu-storage-daemon', '--blockdev', f'driver=file,filename={overlay},node-name=f', '--blockdev', 'driver=qcow2,file=f,node-name=q', '--chardev', 'stdio,id=c', '--monitor', 'chardev=c'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for command in ({'execute': 'qmp_capabilities'}, {'execute': 'block-stream', 'arguments': {'job-id': 's', 'device': 'q'}}):
        daemon.stdin.write(json.dumps(command) + '\n')
        daemon.stdin.flush()
    for line in daemon.stdout:
        if 'BLOCK_JOB_COMPLETED' in line:
            break
    elapsed = time.monotonic() - start
    daemon.terminate()
    daemon.wait()
    remove(overlay)
    return elapsed


def scan_time(place, source_socket, size):
    """How long nbdkit's scan takes to bring a source into its overlay, an unlinked file, while a client is connected."""
    with nbdkit_scan(place, source_socket) as server:
        holder = subprocess.Popen([PYTHON, '-c', 'import nbd, sys, time; h = nbd.NBD(); h.connect_uri(sys.argv[1]); time.sleep(600)', uri(server.socket)])
        try:
            while _overlay(server.process.pid) < size * MIB * 0.99:
                if time.monotonic() - server.started > 120:
                    return None
                time.sleep(0.01)
            return time.monotonic() - server.started
        finally:
            holder.kill()
            holder.wait()


def _overlay(pid):
    most = 0
    for fd in os.listdir(f'/proc/{pid}/fd'):
        path = f'/proc/{pid}/fd/{fd}'
        try:
            if os.readlink(path).endswith('(deleted)'):
                most = max(most, os.stat(path).st_blocks * 512)
        except OSError:
            pass
    return most


def fio(path, *words, seconds=4):
    """The one job that fio reports on."""
    out = call('fio', '--name=a', '--ioengine=nbd', f'--uri={uri(path)}', '--group_reporting', '--time_based', f'--runtime={seconds}', '--output-format=json', *words)
    return json.loads(out[out.index('{'):])['jobs'][0]


def iops(path, jobs, seconds):
    return fio(path, '--rw=randread', '--bs=4k', '--iodepth=32', f'--numjobs={jobs}', seconds=seconds)['read']['iops']


def milliseconds(job, percentile, kind='read'):
    return job[kind]['clat_ns']['percentile'][f'{percentile:.6f}'] / 1e6


def show(row, what, value, goal='', good=None):
    print(f'{row:4} {what:62} {value:>16}  {goal}{"" if good is None else "  reached" if good else "  MISSED"}', flush=True)
