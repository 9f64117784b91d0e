#!/usr/bin/python3 -BSEs
"""lfs hsm_* of Lustre: exit statuses are errnos, states are hexadecimal flags, what is under way is another question."""
import errno
import os
import sys

from store import DIRTY, DUAL, MIGRATING, OFFLINE, RECALLING, Store, cut, each, say, trouble

FLAGS = {DUAL: 0x9, DIRTY: 0xB, OFFLINE: 0xD, RECALLING: 0xD}
NAMES = [(0x4, 'released'), (0x1, 'exists'), (0x2, 'dirty'), (0x8, 'archived')]


def leave(number, name=''):
    if number:
        sys.stderr.write(f'Cannot send HSM request (use of {name}): {os.strerror(number)}\n')
    sys.exit(number)


def state(names):
    text = ''
    for name in names:
        if not os.path.exists(name):
            sys.stderr.write(f"'{name}' is not on a Lustre filesystem: {os.strerror(errno.ENOENT)}\n")
            continue
        if os.path.isdir(name):
            text += f'{name}: (0x00000000)\n'
            continue
        flags = FLAGS.get(each([name], lambda store, name: store.state(name))[0], 0)
        words = ''.join(' ' + word for bit, word in NAMES if flags & bit)
        text += f'{name}: (0x{flags:08x}){words}' + (', archive_id:1\n' if flags else '\n')
    say(cut(names[0], text))
    leave(0 if all(map(os.path.exists, names)) else errno.ENOENT)


def action(names):
    for name, word in zip(names, each(names, lambda store, name: store.state(name))):
        say(name + {MIGRATING: ': ARCHIVE running (123 bytes moved)\n', RECALLING: ': RESTORE waiting\n'}.get(word, ': NOOP\n'))


def archive(names):
    for name in names:
        with Store.of(name) as store:
            if store.is_young(name):
                leave(errno.EAGAIN, name)
            store.archive(name)


def release(names):
    for name, end in zip(names, each(names, lambda store, name: store.release(name))):
        if end != 'done':
            leave(errno.EBUSY if end == 'busy' else errno.EPERM, name)


def restore(names):
    each(names, lambda store, name: store.recall(name))


def remove(names):
    for name in names:
        with Store.of(name) as store:
            if store.state(name) in (OFFLINE, RECALLING):
                leave(errno.EPERM, name)
            store.forget(name)


verb, words = sys.argv[1], sys.argv[2:]
if verb == 'hsm_archive' and words[0] == '--archive':
    words = words[2:]
if Store.of(words[0]) is None:
    leave(errno.ENOTTY, words[0])
if trouble(words[0]):
    leave(errno.EAGAIN, words[0])
{'hsm_state': state, 'hsm_action': action, 'hsm_archive': archive, 'hsm_release': release, 'hsm_restore': restore, 'hsm_remove': remove}[verb](words)
