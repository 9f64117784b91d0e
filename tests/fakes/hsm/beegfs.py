#!/usr/bin/python3 -BSEs
"""beegfs remote push, pull, status of BeeGFS 8: jobs for one path each, a table with paths within the mount."""
import os
import sys

from store import DIRTY, DUAL, OFFLINE, RECALLING, Store, cut, say, trouble

ROWS = {
    DUAL: ('\u2705', 'Target 1: File is synced based on the remote storage target.'),
    OFFLINE: ('\u2601\ufe0f\u200c', 'Target 1: File contents are offloaded to this target.'),
    RECALLING: ('\u2601\ufe0f\u200c', 'Target 1: File contents are offloaded to this target.'),
    DIRTY: ('\u26a0\ufe0f\u200c', 'Target 1: File is not synced with remote storage target.'),
}
NOT_YET = ('\u2b55', 'Target 1: Path has not been synchronized with this targets yet.')


def leave(status, message):
    sys.stderr.write(f'Error: {message}\n')
    sys.exit(status)


def push(name, options):
    with Store.of(name) as store:
        if '--stub-local' in options:
            if store.release(name) != 'done':
                leave(2, '0 synced | 0 offloaded | 0 syncing | 0 scheduled | 0 previous sync failure | 1 error starting sync')
        elif store.is_young(name):
            leave(2, '0 synced | 0 offloaded | 0 syncing | 0 scheduled | 0 previous sync failure | 1 error starting sync')
        else:
            store.archive(name)


def pull(name, _):
    with Store.of(name) as store:
        store.recall(name)


def status(name, options):
    if not {'--verify-remote', '--verbose'} <= set(options):
        leave(1, 'the fake insists on --verify-remote and --verbose')
    if not os.path.exists(name):
        leave(1, f'{name}: no such file or directory')
    with Store.of(name) as store:
        sign, why = ROWS.get(store.state(name), NOT_YET)
        within = name[len(store.root):]
    text = f'OK  PATH{" " * max(1, len(within) - 3)} EXPLANATION\n{sign}   {within}  {why}\nSummary: found 1 entries\n'
    say(cut(name, text))
    if sign in (NOT_YET[0], ROWS[DIRTY][0]):
        leave(2, 'not all files are synchronized')


if len(sys.argv) < 4 or sys.argv[1] != 'remote':
    leave(1, 'invalid number of arguments')
verb, words = sys.argv[2], sys.argv[3:]
names = [word for word in words if not word.startswith('--')]
if len(names) != 1 or not any(word.startswith('--remote-target') for word in words):
    leave(1, 'invalid number of arguments')
if trouble(names[0]):
    leave(1, 'rpc error: code = Unavailable')
{'push': push, 'pull': pull, 'status': status}[verb](names[0], words)
