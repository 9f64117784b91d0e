"""The throughput and file system cases of dm-clone's own suite: GRID and FS. They have no goals; they are compared with a fast and a slow disk."""
import os
import shutil
import subprocess
import time

from bench.lazyservers import MIB, Ours, Source, call, fio, remove, uri

REGIONS = (4, 64, 128, 256)
BLOCKS = (64, 128, 256, 512, 1024)


def rate(server_socket, kind, block, size, *words):
    """MiB a second of one sequential pass."""
    start = time.monotonic()
    call('fio', '--name=a', '--ioengine=nbd', f'--uri={uri(server_socket)}', f'--rw={kind}', f'--bs={block}k', f'--size={size}m', '--iodepth=8', *words)
    return size / (time.monotonic() - start)


def line(what, values):
    print(f'GRID {what:46} {"  ".join(f"{value:7.0f}" for value in values)}', flush=True)


def grid(place, chosen):
    """Reads of an unhydrated, a hydrating and a hydrated clone for each region and block, beside the fast and the slow disk."""
    size = max(16, min(chosen.size, 64))
    print(f'GRID MiB/s of {size} MiB, blocks of {" ".join(str(block) for block in BLOCKS)} KiB; the source answers after 1 ms')
    for name, delay in (('fast disk', '0'), ('slow disk', '1ms')):
        with Source(place, size, delay) as source:
            line(name, [rate(source.socket, 'read', block, size) for block in BLOCKS])
    for region in REGIONS:
        for state in ('unhydrated', 'hydrating', 'hydrated'):
            line(f'clone, {state}, regions of {region} KiB', [clone_rate(place, size, region, state, block) for block in BLOCKS])
    reread(place, size)
    hydration(place, size)


def clone_rate(place, size, region, state, block):
    with Source(place, size, '1ms') as source, Ours(place, uri(source.socket), '--region', f'{region}k', *([] if state != 'unhydrated' else ['no_hydration'])) as clone:
        if state == 'hydrated':
            clone.await_event('hydrated')
        found = rate(clone.socket, 'read', block, size)
    remove(clone.clone, clone.clone + '.lazyclone')
    return found


def reread(place, size):
    """Four jobs write a part each, and then read it."""
    words = ['--numjobs=4', f'--offset_increment={size // 4}m', '--group_reporting']
    part = size // 4
    for name, delay in (('fast disk', '0'), ('slow disk', '1ms')):
        with Source(place, size, delay, plugin=['memory', f'{size}M']) as source:
            line(f'4 jobs write and read again: {name}', [rate(source.socket, kind, 64, part, *words) * 4 for kind in ('write', 'read')])
    for state in ('unhydrated', 'hydrating', 'hydrated'):
        with Source(place, size, '1ms') as source, Ours(place, uri(source.socket), *([] if state != 'unhydrated' else ['no_hydration'])) as clone:
            if state == 'hydrated':
                clone.await_event('hydrated')
            line(f'4 jobs write and read again: clone, {state}', [rate(clone.socket, kind, 64, part, *words) * 4 for kind in ('write', 'read')])
        remove(clone.clone, clone.clone + '.lazyclone')


def hydration(place, size):
    """The background for each threshold and batch, in regions of 4 KiB."""
    batches = (1, 16, 256, 4096)
    print(f'GRID MiB/s of the background, batches of {" ".join(str(batch * 4) for batch in batches)} KiB; regions of 4 KiB')
    for threshold in (256, 1024, 4096):
        found = []
        for batch in batches:
            with Source(place, size, '1ms') as source:
                with Ours(place, uri(source.socket), '--region', '4k', 'hydration_threshold', str(threshold), 'hydration_batch_size', str(batch)) as clone:
                    found.append(size / clone.await_event('hydrated'))
            remove(clone.clone, clone.clone + '.lazyclone')
        line(f'threshold {threshold * 4} KiB', found)


def fs(place, chosen):
    """A file system on a slow disk, a fast one and a clone of the slow one: bonnie++ and a repository that is cloned and checked out."""
    missing = [tool for tool in ('nbdfuse', 'losetup', 'git', 'bonnie++', 'mkfs.ext4', 'mkfs.xfs') if not shutil.which(tool)]
    if missing or os.geteuid() != 0 or not os.path.exists('/dev/fuse'):
        print(f'FS   left out: {", ".join(missing) or "it needs root and /dev/fuse"}')
        return
    history = repository(os.path.join(place, 'history'))
    for kind in ('ext4', 'xfs'):
        image = os.path.join(place, 'src-fs')
        with open(image, 'wb') as out:
            out.truncate(512 * MIB)
        call(f'mkfs.{kind}', '-q', image)
        for name, delay in (('slow', '2ms'), ('fast', '0')):
            with Source(place, 0, delay, plugin=['file', image]) as source:
                measure(place, source.socket, kind, f'{name} disk', history)
        with Source(place, 0, '2ms', plugin=['file', image]) as source, Ours(place, uri(source.socket)) as clone:
            measure(place, clone.socket, kind, 'clone of the slow one', history)
        remove(image, clone.clone, clone.clone + '.lazyclone')
    shutil.rmtree(history)


def repository(path):
    """A repository of twenty commits that change a hundred files each."""
    call('git', 'init', '-q', path)
    for commit in range(20):
        for file in range(100):
            with open(os.path.join(path, f'file{file}'), 'w') as out:
                out.write(f'{commit} {file}\n' * 500)
        call('git', '-C', path, 'add', '-A')
        call('git', '-C', path, '-c', 'user.name=a', '-c', 'user.email=a', 'commit', '-q', '-m', str(commit))
        call('git', '-C', path, 'tag', f'v{commit}')
    return path


def measure(place, path, kind, name, history):
    """Mounts an export, and prints the seconds of both loads."""
    device, mount = os.path.join(place, 'fuse'), os.path.join(place, 'mount')
    os.makedirs(mount, exist_ok=True)
    open(device, 'a').close()
    fuse = subprocess.Popen(['nbdfuse', device, uri(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while os.path.getsize(device) == 0:
        if fuse.poll() is not None:
            raise RuntimeError('nbdfuse does not mount')
        time.sleep(0.05)
    loop = call('losetup', '-f', '--show', device).strip()
    try:
        call('mount', '-t', kind, loop, mount)
        try:
            loads = (('bonnie++', ['bonnie++', '-q', '-d', mount, '-s', '64M', '-r', '32M', '-n', '1', '-u', 'root']), ('git', ['bash', '-ec', CHECKOUTS, 'git', history, mount]))
            for load, words in loads:
                start = time.monotonic()
                call(*words)
                print(f'FS   {kind}, {name}: {load:52} {time.monotonic() - start:7.1f} s', flush=True)
        finally:
            call('umount', mount)
    finally:
        call('losetup', '-d', loop)
        call('fusermount3', '-u', device)
        fuse.wait()
        remove(device)


CHECKOUTS = '''
cd "$2"
git -c safe.directory='*' clone -q "$1" copy
cd copy
for tag in 3 9 15 19 0; do git checkout -q v$tag; done
sync
[ "$(head -n 1 file7)" = '0 7' ]
'''
