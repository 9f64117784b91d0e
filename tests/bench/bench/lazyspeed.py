"""The goals of lazyclone that are about time: G1 to G6 and G10."""
import os
import subprocess
import threading
import time
from statistics import median

from bench.lazyservers import (MIB, Ours, Process, Source, block_stream, call, fio, iops, milliseconds, nbdkit_cow, nbdkit_plain, qemu_cor, remove,
                               scan_time, server_of, show, uri)


def g1(place, chosen):
    """From the start to the first answer, for 1 GiB and for 1 TiB (sparse)."""
    times = {1 << 30: [], 1 << 40: []}
    for _ in range(3 * chosen.rounds):
        for size, found in times.items():
            file = os.path.join(place, f'sparse-{size}')
            with open(file, 'wb') as out:
                out.truncate(size)
            with Process(['nbdkit', '-f', '-U', os.path.join(place, 'source'), 'file', file], os.path.join(place, 'source')) as source:
                with Ours(place, uri(source.socket), 'no_hydration') as clone:
                    found.append(clone.first_read())
    small, large = median(times[1 << 30]), median(times[1 << 40])
    for size, found in (('1 GiB', small), ('1 TiB', large)):
        show('G1', f'first answered read, {size}', f'{found * 1000:.0f} ms', '<= 300 ms', found <= 0.3)
    show('G1', '1 TiB against 1 GiB', f'{large / small:.2f}', '<= 1.2', large / small <= 1.2)


def hydrated(place, chosen, measure):
    """Measures each server once it has all of the source: {name: [results]}."""
    found = {}
    with Source(place, chosen.size, '0') as source:
        with Ours(place, uri(source.socket)) as clone, nbdkit_cow(place, source.socket) as cow, qemu_cor(place, uri(source.socket)) as cor, nbdkit_plain(place, source.file) as plain:
            clone.await_event('hydrated')
            for server in (cow, cor):
                call('nbdcopy', uri(server.socket), 'null:')
            for _ in range(chosen.rounds):
                for name, server in (('lazyclone', clone), ('nbdkit cow', cow), ('qemu copy-on-read', cor), ('nbdkit file', plain)):
                    found.setdefault(name, []).append(measure(server.socket))
    remove(os.path.join(place, 'overlay.qcow2'))
    return {name: median(values) for name, values in found.items()}


def compare(row, found, goals):
    for name, least in goals:
        ratio = found['lazyclone'] / found[name]
        show(row, f'  against {name}', f'{ratio:.2f}', f'>= {least}', ratio >= least)


def g2(place, chosen):
    """Random reads of 4k of what is hydrated."""
    for jobs in (1, 4):
        found = hydrated(place, chosen, lambda socket: iops(socket, jobs, chosen.seconds))
        show('G2', f'4k random reads, {jobs} connections', f'{found["lazyclone"]:.0f} IOPS')
        compare('G2', found, (('nbdkit cow', 1), ('qemu copy-on-read', 1), ('nbdkit file', 0.75)))


def g3(place, chosen):
    """Sequential reads of 1 MiB of what is hydrated."""
    def rate(socket):
        start = time.monotonic()
        call('nbdcopy', f'--request-size={MIB}', uri(socket), 'null:')
        return chosen.size / (time.monotonic() - start)
    found = hydrated(place, chosen, rate)
    show('G3', 'sequential reads of 1 MiB', f'{found["lazyclone"]:.0f} MiB/s')
    compare('G3', found, (('nbdkit file', 0.9), ('qemu copy-on-read', 1.2)))


def g4(place, chosen):
    """The background at 20 ms, beside nbdcopy of the same source, nbdkit scan and block-stream."""
    found = {}
    for _ in range(chosen.rounds):
        with Source(place, chosen.size) as source:
            with Ours(place, uri(source.socket)) as clone:
                found.setdefault('lazyclone', []).append(clone.await_event('hydrated'))
            remove(clone.clone)
        with Source(place, chosen.size) as source:
            start = time.monotonic()
            call('nbdcopy', uri(source.socket), os.path.join(place, 'copy'))
            found.setdefault('nbdcopy', []).append(time.monotonic() - start)
            remove(os.path.join(place, 'copy'))
    rates = {name: chosen.size / median(times) for name, times in found.items()}

    # These are slow: an eighth of the source says as much.
    part = max(64, chosen.size // 8)
    with Source(place, part) as source:
        scan = scan_time(place, source.socket, part)
    with Source(place, part) as source:
        stream = block_stream(place, uri(source.socket))
    rates |= {name: elapsed and part / elapsed for name, elapsed in (('nbdkit scan', scan), ('block-stream', stream))}
    mine = median(found['lazyclone'])
    show('G4', f'{chosen.size} MiB at 20 ms, hydrated after', f'{mine:.2f} s', ' '.join(f'{one:.2f}' for one in found['lazyclone']))
    for name, least in (('nbdcopy', 0.9), ('nbdkit scan', 1), ('block-stream', 4)):
        if rates[name] is None:
            show('G4', f'  {name}: not installed, or not done in time', '-')
        else:
            ratio = rates['lazyclone'] / rates[name]
            show('G4', f'  rate against {name}', f'{ratio:.2f}', f'>= {least}', ratio >= least)


def g5(place, chosen):
    """The latency of reads while the clone hydrates at full speed; the source has a line of 1 Gbit/s."""
    size = 1024
    with Source(place, size, '20ms', rate='1G') as source, Ours(place, uri(source.socket), 'no_hydration') as clone:
        call(clone.process.args[0], 'warm', '--range', f'0-{64 * MIB - 1}', clone.socket)
        here = ['--rw=randread', '--bs=4k', '--iodepth=1', '--size=64m']
        idle = milliseconds(fio(clone.socket, *here, seconds=chosen.seconds), 99)
        quiet = fio(clone.socket, '--rw=randread', '--bs=4k', '--iodepth=1', '--offset=768m', '--size=120m', seconds=1)
        clone.ask('message', 'enable_hydration')
        missed = {}
        misses = threading.Thread(target=lambda: missed.update(fio(clone.socket, '--rw=randread', '--bs=4k', '--iodepth=1', '--offset=896m', '--size=128m', seconds=2)))
        misses.start()
        busy = milliseconds(fio(clone.socket, *here, seconds=2), 99)
        misses.join()
    show('G5', 'hydrated reads during the background, p99', f'{busy:.2f} ms', f'<= 2 x {idle:.2f} ms', busy <= 2 * idle)
    show('G5', 'misses without the background, p50', f'{milliseconds(quiet, 50):.1f} ms')
    half, most = milliseconds(missed, 50), milliseconds(missed, 99)
    show('G5', 'misses during the background, p50', f'{half:.1f} ms', '<= 25 ms', half <= 25)
    show('G5', 'misses during the background, p99', f'{most:.1f} ms', '<= 40 ms', most <= 40)


def g6(place, chosen):
    """The background under a load without a pause."""
    found = {False: [], True: []}
    for _ in range(chosen.rounds):
        for is_loaded in found:
            with Source(place, chosen.size) as source, Ours(place, uri(source.socket)) as clone:
                load = subprocess.Popen(['fio', '--name=a', '--ioengine=nbd', f'--uri={uri(clone.socket)}', '--rw=randread', '--bs=4k', '--iodepth=1', '--time_based', '--runtime=60'],
                                        stdout=subprocess.DEVNULL) if is_loaded else None
                found[is_loaded].append(clone.await_event('hydrated'))
                if load:
                    load.kill()
                    load.wait()
    ratio = median(found[True]) / median(found[False])
    show('G6', 'hydrated under a load of one request at a time', f'{median(found[True]):.2f} s', f'<= 1.5 x {median(found[False]):.2f} s', ratio <= 1.5)


def g10(place, chosen):
    """Random writes of 4k to what is not hydrated."""
    found = {}
    words = ['--rw=randwrite', '--bs=4k', '--iodepth=16', '--randrepeat=0']
    for _ in range(chosen.rounds):
        for name in ('lazyclone', 'nbdkit cow', 'qemu copy-on-read'):
            with Source(place, 1024) as source:
                with server_of(name, place, source, 'no_hydration') as server:
                    found.setdefault(name, []).append(fio(server.socket, *words, seconds=chosen.seconds)['write']['iops'])
    remove(os.path.join(place, 'overlay.qcow2'))
    found = {name: median(values) for name, values in found.items()}
    show('G10', '4k random writes to what is not hydrated', f'{found["lazyclone"]:.0f} IOPS')
    compare('G10', found, (('nbdkit cow', 1), ('qemu copy-on-read', 1)))
