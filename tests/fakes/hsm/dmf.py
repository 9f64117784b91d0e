#!/usr/bin/python3 -BSEs
"""dmput, dmget, dmattr, dmls of SGI DMF: DMAPI states of three letters, requests that are only queued."""
import os
import sys

from store import DIRTY, DUAL, MIGRATING, OFFLINE, RECALLING, RESIDENT, cut, each, say, trouble

CODES = {RESIDENT: 'REG', DIRTY: 'REG', MIGRATING: 'MIG', DUAL: 'DUL', OFFLINE: 'OFL', RECALLING: 'UNM'}


def options(known):
    """Flags of that getopt string, then names; from standard input if there are none."""
    import getopt
    flags, names = getopt.getopt(sys.argv[1:], known)
    return dict(flags), names or os.fsdecode(sys.stdin.buffer.read()).split('\n')[:-1]


def fail(message):
    sys.stderr.write(f'{os.path.basename(sys.argv[0])}: {message}\n')
    sys.exit(1)


def dmput():
    flags, names = options('nwrV:')
    if '-n' not in flags:
        fail('the fake insists on -n: without it the command waits for the daemon')
    if trouble(names[0]):
        fail('cannot communicate with the daemon')
    if '-r' in flags:
        bad = [name for name, end in zip(names, each(names, lambda store, name: store.release(name))) if end != 'done']
    else:
        bad = [name for name, young in zip(names, each(names, put)) if young]
    if bad:
        fail(f'{bad[0]}: not done')


def put(store, name):
    young = store.is_young(name)
    if not young:
        store.archive(name)
    return young


def dmget():
    flags, names = options('nqaB:')
    if not ('-n' in flags and '-q' in flags):
        fail('the fake insists on -n and -q')
    if trouble(names[0]):
        fail('cannot communicate with the daemon')
    each(names, lambda store, name: store.recall(name))


def dmattr():
    flags, names = options('a:d:hl')
    if flags.get('-a') != 'state':
        fail('the fake knows only -a state')
    if trouble(names[0]):
        fail('cannot communicate with the daemon')
    there = [name for name in names if os.path.exists(name)]
    text = ''.join(CODES[word] + '\n' for word in each(there, lambda store, name: store.state(name)))
    say(cut(names[0], text))
    if len(there) < len(names):
        fail('No such file or directory')


def dmls():
    _, names = options('l')
    for name, word in zip(names, each(names, lambda store, name: store.state(name))):
        say(f'-rw-r--r--    1 kfr      sys      {os.stat(name).st_size:12} Jul 22 15:01 ({CODES[word]}) {name}\n')


{'dmput': dmput, 'dmget': dmget, 'dmattr': dmattr, 'dmls': dmls}[os.path.basename(sys.argv[0])]()
