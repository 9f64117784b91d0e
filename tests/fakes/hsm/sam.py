#!/usr/bin/python3 -BSEs
"""archive, release, stage, sls of SAM-QFS: requests that nothing shows until they are carried out."""
import os
import sys

from store import DIRTY, DUAL, OFFLINE, RECALLING, cut, each, say, trouble

FLAGS = {DUAL: '    archdone;\n', OFFLINE: '    offline;  archdone;\n', RECALLING: '    offline;  archdone;\n'}
COPIES = {DUAL: '----', OFFLINE: '----', RECALLING: '----', DIRTY: 'S---'}
REPORT = '''{name}:
    mode: -rw-r--r--    links:   1  owner: root      group: root
    length: {size:>9}  admin id:      0  inode:     1030.1
{flags}{copy}    access:      Nov 21 14:49  modification: Nov 21 14:49
    changed:     Nov 21 14:49  attributes:   Nov 21 14:49
    creation:    Nov 21 14:49  residence:    Nov 21 14:49

'''


def leave(message):
    sys.stderr.write(f'{os.path.basename(sys.argv[0])}: {message}\n')
    sys.exit(1)


def archive(names):
    if any(each(names, lambda store, name: store.is_young(name) or store.archive(name))):
        leave('cannot archive now')


def release(names):
    for name, end in zip(names, each(names, lambda store, name: store.release(name))):
        if end != 'done':
            leave(f'cannot release {name}')


def stage(names):
    each(names, lambda store, name: store.recall(name))


def sls(names):
    text = ''
    for name in filter(os.path.exists, names[1:]):
        word = each([name], lambda store, name: store.state(name))[0]
        copy = f'    copy 1: {COPIES[word]} Nov 21 14:50         7.1    li VOL001\n' if word in COPIES else ''
        text += REPORT.format(name=name, size=os.stat(name).st_size, flags=FLAGS.get(word, ''), copy=copy)
    say(cut(names[1], text))
    if not all(map(os.path.exists, names[1:])):
        leave('No such file or directory')


verb, names = os.path.basename(sys.argv[0]), sys.argv[1:]
if verb == 'sls' and names[0] != '-D':
    leave('the fake insists on -D')
if trouble(names[-1]):
    leave('sam-amld is not running')
{'archive': archive, 'release': release, 'stage': stage, 'sls': sls}[verb](names)
