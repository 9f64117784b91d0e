#!/usr/bin/python3 -BSEs
"""A script for an external pool of IBM Storage Scale (hsmcontrol VERB LIST), and mmlsattr."""
import os
import sys

from store import DUAL, OFFLINE, RECALLING, cut, each, say, trouble, until_done

ATTRIBUTES = {DUAL: 'dmapi.IBMTPS dmapi.IBMUID dmapi.IBMPMig', OFFLINE: 'dmapi.IBMObj dmapi.IBMTPS dmapi.IBMUID', RECALLING: 'dmapi.IBMObj dmapi.IBMTPS dmapi.IBMUID'}
REPORT = '''file name:            {name}
metadata replication: 1 max 2
data replication:     1 max 2
immutable:            no
appendOnly:           no
flags:
storage pool name:    system
fileset name:         root
snapshot name:
creation time:        Sat Nov 21 14:49:23 2020
Misc attributes:      ARCHIVE{offline}
Encrypted:            no
'''


def hsmcontrol():
    verb, path = sys.argv[1], sys.argv[2]
    if verb == 'TEST':
        sys.exit(0 if os.path.isdir(os.path.join(path, '.hsm')) else 1)
    with open(path, 'rb') as lines:
        records = [line.rstrip(b'\n').split(b' -- ', 1) for line in lines]
    names = [os.fsdecode(name) for _, name in records]
    if any(int(record.split()[0]) != os.stat(name).st_ino for (record, _), name in zip(records, names)):
        sys.exit('hsmcontrol: an inode number is wrong')
    if trouble(names[0]):
        sys.exit('hsmcontrol: the server does not answer')
    {'PREMIGRATE': premigrate, 'MIGRATE': migrate, 'RECALL': recall, 'PURGE': purge}[verb](names)


def premigrate(names):
    if any(each(names, lambda store, name: store.is_young(name) or store.archive(name))):
        sys.exit('hsmcontrol: too young')
    until_done(names)


def migrate(names):
    if set(each(names, lambda store, name: store.release(name))) != {'done'}:
        sys.exit('hsmcontrol: not all files were migrated')


def recall(names):
    each(names, lambda store, name: store.recall(name))
    until_done(names)


def purge(names):
    each(names, lambda store, name: store.forget(name))
    for name in names:
        os.remove(name)


def mmlsattr():
    if sys.argv[1:3] != ['-L', '-d']:
        sys.exit('mmlsattr: the fake insists on -L -d')
    names = sys.argv[3:]
    if trouble(names[0]):
        sys.exit('mmlsattr: GPFS is down on this node.')
    text = ''
    for name in filter(os.path.exists, names):
        word = each([name], lambda store, name: store.state(name))[0]
        text += REPORT.format(name=name, offline=' OFFLINE' if word in (OFFLINE, RECALLING) else '')
        text += ''.join(f'{attribute}:        "0x01"\n' for attribute in ATTRIBUTES.get(word, '').split()) + '\n'
    say(cut(names[0], text))
    sys.exit(0 if all(map(os.path.exists, names)) else 1)


{'hsmcontrol': hsmcontrol, 'mmlsattr': mmlsattr}[os.path.basename(sys.argv[0])]()
