"""The goals of lazyclone that are about bytes, commits, failures and results: G7 to G9 and G11 to G17."""
import filecmp
import os
import re
import subprocess
import time

from bench.lazyservers import LAZYCLONE, MIB, ROOT, Ours, Process, Source, call, client, remove, server_of, show, uri


def g7(place, chosen):
    """Bytes of the source for 8 clients at once and the background."""
    for name in ('lazyclone', 'nbdkit cow', 'qemu copy-on-read'):
        source = Source(place, chosen.size)
        with source:
            with server_of(name, place, source) as server:
                copies = [subprocess.Popen(['nbdcopy', uri(server.socket), 'null:'], stderr=subprocess.DEVNULL) for _ in range(4)]
                copies += [subprocess.Popen(['fio', '--name=a', '--ioengine=nbd', f'--uri={uri(server.socket)}', '--rw=randread', '--bs=4k', '--iodepth=8', '--time_based', '--runtime=2'], stdout=subprocess.DEVNULL)
                           for _ in range(4)]
                for copy in copies:
                    copy.wait()
                if name == 'lazyclone':
                    server.await_event('hydrated')
        ratio = source.bytes_read() / (chosen.size * MIB)
        show('G7', f'8 clients at once, bytes of the source: {name}', f'{ratio:.4f} x', '<= 1.005' if name == 'lazyclone' else '', ratio <= 1.005 if name == 'lazyclone' else None)
    remove(os.path.join(place, 'overlay.qcow2'))


def g8(place, chosen):
    with Source(place, chosen.size) as source, Ours(place, uri(source.socket), 'no_hydration') as clone:
        call('nbdcopy', uri(clone.socket), 'null:')
        before = clone.status()['source_bytes']
        call('nbdcopy', uri(clone.socket), 'null:')
        again = clone.status()['source_bytes'] - before
    show('G8', 'bytes of the source for a second read', f'{again}', '0', again == 0)


def g9(place, chosen):
    with Source(place, chosen.size) as source, Ours(place, uri(source.socket), 'no_hydration') as clone:
        before = clone.status()['source_bytes']
        call('nbdcopy', source.file, uri(clone.socket))
        written = clone.status()['source_bytes'] - before
    show('G9', 'bytes of the source for writes of all', f'{written}', '0', written == 0)
    file = os.path.join(place, 'sparse-100g')
    with open(file, 'wb') as out:
        out.truncate(100 << 30)
    with Process(['nbdkit', '-f', '-U', os.path.join(place, 'source'), 'file', file], os.path.join(place, 'source')) as source:
        with Ours(place, uri(source.socket), 'no_hydration') as clone:
            before = clone.status()['source_bytes']
            elapsed = float(client(clone.socket, 'start = time.monotonic()\nfor at in range(50): h.trim(1 << 31, at << 31)\nprint(time.monotonic() - start)'))
            trimmed = clone.status()['source_bytes'] - before
    remove(file)
    show('G9', 'discard of 100 GiB', f'{elapsed:.2f} s', '< 1 s, no byte', elapsed < 1 and trimmed == 0)


def g11(place, chosen):
    library = os.path.join(place, 'volatile.so')
    call('gcc', '-shared', '-fPIC', '-O1', '-o', library, os.path.join(ROOT, 'tests/lab/volatile.c'), '-ldl', '-lpthread')
    for what, environment in (('kills', {}), ('power losses', {'VOLATILE': library})):
        count = 200 if chosen.whole else 20 * chosen.rounds
        work = os.path.join(place, what.replace(' ', '-'))
        os.mkdir(work)
        ran = subprocess.run(['bash', os.path.join(ROOT, 'tests/lab/lazykill'), str(count), str(os.getpid())], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             env=dict(os.environ, PATH=f'{os.path.dirname(LAZYCLONE)}:{os.environ["PATH"]}', **environment))
        show('G11', f'{count} {what} under a writer that logs its flushes', 'nothing lost' if ran.returncode == 0 else 'LOST', '', ran.returncode == 0)
        print(ran.stdout[-2000:] if ran.returncode else f'     {ran.stdout.splitlines()[-1]}')
    restart(place)


def restart(place):
    """How long a clone of 1 TiB takes to answer again after a kill, and how much of its hydration is kept."""
    file = os.path.join(place, 'sparse-1t')
    with open(file, 'wb') as out:
        out.truncate(1 << 40)
    with Process(['nbdkit', '-f', '-U', os.path.join(place, 'source'), 'file', file], os.path.join(place, 'source')) as source:
        clone = Ours(place, uri(source.socket), 'no_hydration')
        with clone:
            client(clone.socket, 'h.trim(1 << 31, 0)')
            time.sleep(1.5)
            clone.process.kill()
        again = Process([LAZYCLONE, '-q', uri(source.socket), clone.clone, 'no_hydration'], clone.socket)
        with again:
            kept = call(LAZYCLONE, 'status', clone.socket).split()[6]
    remove(file)
    show('G11', 'first answer after a kill, 1 TiB', f'{again.ready * 1000:.0f} ms', '<= 300 ms', again.ready <= 0.3)
    show('G11', 'what was hydrated more than a second before', kept, '32768 regions', kept.startswith('32768/'))


def g12(place, chosen):
    file = os.path.join(place, 'file')
    with open(file, 'wb') as out:
        out.write(os.urandom(16 * MIB))
    with Ours(place, file, 'no_hydration') as clone:
        time.sleep(2.5)
        idle = clone.status()['commits']
        client(clone.socket, 'for at in range(200): h.pwrite(bytes(65536), at << 16); h.flush()')
        written = clone.status()['commits'] - idle
        client(clone.socket, 'for _ in range(200): h.flush()')
        flushed = clone.status()['commits'] - idle - written
    remove(file)
    show('G12', 'commits while idle', f'{idle}', '0', idle == 0)
    show('G12', 'commits of 200 writes with a flush each', f'{written}', '<= 200', written <= 200)
    show('G12', 'commits of 200 flushes without a change', f'{flushed}', '0', flushed == 0)


def g13(place, chosen):
    """The source is killed and comes back."""
    timeout = 2
    source = Source(place, chosen.size)
    with source, Ours(place, uri(source.socket), 'no_hydration', '--io-timeout', str(timeout)) as clone:
        client(clone.socket, f'h.pread({MIB}, 0)')
        clone.ask('message', 'enable_hydration')
        source.process.kill()
        source.process.wait()
        lost = clone.await_event('source-lost')
        here = float(client(clone.socket, f'start = time.monotonic()\nh.pread({MIB}, 0)\nprint(time.monotonic() - start)'))
        script = f'start = time.monotonic()\ntry: h.pread(4096, {(chosen.size - 1) * MIB})\nexcept nbd.Error as e: print(e.errno, time.monotonic() - start)'
        error, waited = client(clone.socket, script).split()
        with Source(place, chosen.size):
            clone.await_event('source-back')
            call(LAZYCLONE, 'finish', clone.socket)
            clone.process.wait()
        same = filecmp.cmp(source.file, clone.clone, shallow=False)
    show('G13', 'events of the loss', str(clone.told.count('source-lost')), '1', clone.told.count('source-lost') == 1 and lost > 0)
    show('G13', 'a hydrated read while the source is away', f'{here * 1000:.1f} ms')
    show('G13', f'a request that needs the source: {error}', f'{float(waited):.2f} s', f'<= {timeout} s', error == 'EIO' and float(waited) <= timeout + 0.5)
    show('G13', 'the source is back: hydrated, equal', 'yes' if same else 'NO', '', same)


def g14(place, chosen):
    with Source(place, chosen.size, '0') as source:
        with Ours(place, uri(source.socket)) as clone:
            call(LAZYCLONE, 'finish', clone.socket)
        same = filecmp.cmp(source.file, clone.clone, shallow=False) and not os.path.exists(clone.clone + '.lazyclone')
        compared = subprocess.run(['qemu-img', 'compare', '-f', 'raw', '-F', 'raw', source.file, clone.clone], stdout=subprocess.DEVNULL).returncode == 0
    show('G14', 'a plain file, equal, metadata gone', 'yes' if same and compared else 'NO', '', same and compared)


def g15(place, chosen):
    """The status line, read as dm-clone's suite and the Cinder driver do."""
    with Source(place, chosen.size, '0') as source, Ours(place, uri(source.socket)) as clone:
        clone.await_event('hydrated')
        line = call(LAZYCLONE, 'status', clone.socket).strip()
    words = line.split()
    halves = words[6].split('/')
    suite = re.fullmatch(r'\d+ \d+ clone \d+ \d+/\d+ \d+ \d+/\d+ \d+ 0 4 hydration_threshold \d+ hydration_batch_size \d+ (rw|ro)', line)
    show('G15', 'hydrated by the rule of the Cinder driver', f'{words[6]} {words[7]}', '', halves[0] == halves[1] and words[7] == '0')
    show('G15', 'the fields of dm-clone\'s own suite', 'yes' if suite else 'NO', '', suite is not None)


def g17(place, chosen):
    """Memory at 1 TiB with 8 clients that miss."""
    bitmap = (1 << 40) // 65536 // 8
    with Source(place, 0, '0', plugin=['pattern', '1T']) as source, Ours(place, uri(source.socket)) as clone:
        clients = [subprocess.Popen(['fio', '--name=a', '--ioengine=nbd', f'--uri={uri(clone.socket)}', '--rw=randread', '--bs=256k', '--iodepth=32', '--randrepeat=0', f'--randseed={i}', '--time_based', '--runtime=3'],
                                    stdout=subprocess.DEVNULL) for i in range(8)]
        for one in clients:
            one.wait()
        memory = clone.memory()
    remove(clone.clone, clone.clone + '.lazyclone')
    most = 80 * MIB + 4 * bitmap
    show('G17', 'memory at 1 TiB with 8 clients', f'{memory / MIB:.0f} MiB', f'<= {most / MIB:.0f} MiB', memory <= most)
