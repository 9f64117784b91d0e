"""The store behind all fakes: a directory with .hsm in it is a managed file system.

.hsm/control   what goes wrong, a KEY VALUE line each; see Control
.hsm/journal   what happened: event, path, detail, with tabs between them
.hsm/copies/   the second copies
.hsm/state     where every file is; one command at a time has the lock of it

There is no daemon: whatever has become due is done by the next command that comes by.
"""
import fcntl
import marshal
import os
import signal
import sys
import time
import zlib

RESIDENT, MIGRATING, DUAL, OFFLINE, RECALLING, DIRTY = 'resident', 'migrating', 'dual', 'offline', 'recalling', 'dirty'


class Control:
    """Chances are from 0 to 1, times in milliseconds."""

    def __init__(self, path):
        self.seed = 0        # of all chances
        self.delay = 0       # of a copy or a recall; the real one is between half of it and all
        self.min_age = 0     # a younger file is not migrated
        self.slow = 0.0      # a command takes 100 ms
        self.hang = 0.0      # a command never ends, and has a child that never ends
        self.fail = 0.0      # a command does nothing and says so
        self.garble = 0.0    # a state command prints only the beginning
        self.lose = 0.0      # a request is taken and forgotten
        self.busy = 0.0      # a release is refused: the file is open
        self.fallback = 0.0  # a recalled file goes back to tape at once
        try:
            with open(path, encoding='utf-8') as lines:
                for line in lines:
                    key, value = line.split()
                    setattr(self, key, type(getattr(self, key))(value))
        except FileNotFoundError:
            pass


class Store:
    """One managed file system, locked: `with Store.of(path) as store`."""

    def __init__(self, root):
        self.root = root
        self.home = os.path.join(root, '.hsm')
        self.control = Control(os.path.join(self.home, 'control'))

    @staticmethod
    def of(path):
        root = os.path.abspath(path)
        while not os.path.isdir(os.path.join(root, '.hsm')):
            if root == '/':
                return None
            root = os.path.dirname(root)
        return Store(root)

    def __enter__(self):
        self.lock = open(os.path.join(self.home, 'lock'), 'ab')
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        try:
            with open(os.path.join(self.home, 'state'), 'rb') as state:
                self.files, self.drawn = marshal.loads(state.read())
        except FileNotFoundError:
            self.files, self.drawn = {}, 0
        self._advance()
        return self

    def __exit__(self, *_):
        new = os.path.join(self.home, 'state.new')
        with open(new, 'wb') as state:
            state.write(marshal.dumps((self.files, self.drawn)))
        os.rename(new, os.path.join(self.home, 'state'))
        self.lock.close()

    def note(self, event, path='', detail=''):
        with open(os.path.join(self.home, 'journal'), 'ab') as journal:
            journal.write(b'\t'.join(os.fsencode(str(word)) for word in (event, path, detail)) + b'\n')

    def draw(self):
        self.drawn += 1
        return zlib.crc32(b'%d %d' % (self.control.seed, self.drawn)) / 2 ** 32

    def happens(self, fault):
        chance = getattr(self.control, fault)
        return chance > 0 and self.draw() < chance

    # What the commands are made of. All take full paths.

    def state(self, path):
        file = self._file(path)
        if not file['online']:
            word = RECALLING if file['request'] == 'recall' else OFFLINE
        elif file['request'] == 'archive':
            word = MIGRATING
        elif not file['copy']:
            word = RESIDENT
        else:
            word = DUAL if file['stamp'] == stamp(path) else DIRTY
        self.note('state', path, word)
        return word

    def is_young(self, path):
        return time.time() - os.stat(path).st_mtime < self.control.min_age / 1000

    def archive(self, path):
        """Takes a request for a copy, or loses it."""
        self.note('archive', path)
        file = self._file(path)
        if file['online'] and not (file['copy'] and file['stamp'] == stamp(path)):
            self._request(path, file, 'archive')

    def recall(self, path):
        self.note('recall', path)
        file = self._file(path)
        if not file['online']:
            self._request(path, file, 'recall')

    def copy(self, path):
        """Makes the copy now."""
        file = self._file(path)
        if file['online']:
            self._copy(path, file)

    def fetch(self, path):
        """Brings the bytes back now."""
        file = self._file(path)
        if not file['online']:
            self._fetch(path, file)

    def release(self, path):
        """'done', 'busy', or 'unsafe': what would have destroyed the only bytes there are. It is noted, and not done."""
        file = self._file(path)
        if not file['online']:
            return 'done'
        if file['request'] or not file['copy'] or file['stamp'] != stamp(path) or content(path) != content(self._blob(file)):
            self.note('unsafe', path)
            return 'unsafe'
        if self.happens('busy') or not self._empty(path, file):
            return 'busy'
        self.note('release', path)
        return 'done'

    def pending(self, path):
        return self._file(path)['request'] is not None

    def forget(self, path):
        self.note('forget', path)
        self.files.pop(path, None)

    # How it is done.

    def _file(self, path):
        if path not in self.files:
            os.stat(path)
            self.files[path] = {'online': True, 'copy': None, 'stamp': None, 'request': None, 'due': 0.0, 'fallback': 0.0}
        return self.files[path]

    def _blob(self, file):
        return os.path.join(self.home, 'copies', file['copy'])

    def _later(self):
        return time.time() + self.control.delay * (0.5 + self.draw() / 2) / 1000

    def _request(self, path, file, kind):
        if file['request'] == kind:
            return
        if self.happens('lose'):
            self.note('lost', path, kind)
            return
        file['request'], file['due'] = kind, self._later()

    def _advance(self):
        now = time.time()
        for path, file in list(self.files.items()):
            if not os.path.exists(path):
                del self.files[path]
            elif file['request'] and file['due'] <= now:
                (self._copy if file['request'] == 'archive' else self._fetch)(path, file)
            elif file['online'] and 0 < file['fallback'] <= now and file['stamp'] == stamp(path):
                if self._empty(path, file):
                    self.note('fallback', path)

    def _copy(self, path, file):
        before = stamp(path)
        name = '%d' % self.drawn if not file['copy'] else file['copy']
        self.drawn += 1
        os.makedirs(os.path.join(self.home, 'copies'), exist_ok=True)
        with open(os.path.join(self.home, 'copies', name), 'wb') as copy:
            copy.write(content(path))
        file.update(copy=name, stamp=before, request=None)
        self.note('copied', path)

    def _fetch(self, path, file):
        with open(path, 'r+b') as target:
            target.write(content(self._blob(file)))
        keep_time(path, file)
        file.update(online=True, request=None, fallback=self._later() if self.happens('fallback') else 0.0)
        self.note('recalled', path)

    def _empty(self, path, file):
        """A hole of the same size: a reader without a recall gets zeros. Not while a reader has it locked."""
        with open(path, 'r+b') as target:
            try:
                fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            size = os.fstat(target.fileno()).st_size
            target.truncate(0)
            target.truncate(size)
            keep_time(path, file)
        file.update(online=False, fallback=0.0)
        return True


def stamp(path):
    status = os.stat(path)
    return (status.st_size, status.st_mtime_ns)


def keep_time(path, file):
    os.utime(path, ns=(file['stamp'][1], file['stamp'][1]))


def content(path):
    with open(path, 'rb') as file:
        return file.read()


def trouble(path, hangs=True):
    """What goes wrong with any command before it begins; true if it is to fail."""
    store = Store.of(path)
    if store is None:
        return False
    with store:
        slow, hang, fail = store.happens('slow'), hangs and store.happens('hang'), store.happens('fail')
    if slow:
        time.sleep(0.1)
    if hang:
        hang_for_ever(store)
    return fail


def hang_for_ever(store):
    """Deaf to SIGTERM, and so is the child."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = os.fork()
    store.note('hang', '', os.getpid())
    while True:
        time.sleep(60)


def each(paths, work):
    """Does that with each file in its locked store; its results."""
    results = []
    for path in paths:
        with Store.of(path) as store:
            results.append(work(store, path))
    return results


def until_done(paths):
    """For commands that wait: false if one of the requests was lost."""
    for path in paths:
        while True:
            with Store.of(path) as store:
                if not store.pending(path):
                    break
            time.sleep(0.005)


def say(text):
    sys.stdout.buffer.write(os.fsencode(text))


def cut(path, text):
    """What a state command really gets to say."""
    with Store.of(path) as store:
        return text[:int(len(text) * store.draw())] if store.happens('garble') else text
