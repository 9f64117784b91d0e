#!/usr/bin/python3 -BSEs
"""dsmmigrate, dsmrecall, dsmls of IBM Storage Protect for Space Management: commands that wait, names without directories."""
import os
import sys

from store import DUAL, OFFLINE, RECALLING, cut, each, say, trouble, until_done

LETTERS = {DUAL: 'p', OFFLINE: 'm', RECALLING: 'm'}
BANNER = '''IBM Storage Protect
Command Line Space Management Client Interface
  Client Version 8, Release 1, Level 20.0

'''


def leave(status, message):
    sys.stderr.write(message + '\n')
    sys.exit(status)


def listed():
    """The file names of -filelist=, and the other options."""
    lists = [word for word in sys.argv[1:] if word.startswith('-filelist=')]
    with open(lists[0].split('=', 1)[1], 'rb') as lines:
        return [os.fsdecode(line.rstrip(b'\n')) for line in lines], [word for word in sys.argv[1:] if word not in lists]


def dsmmigrate():
    names, options = listed()
    if trouble(names[0]):
        leave(12, 'ANS9085E dsmmigrate: file system is not managed by space management')
    if options == ['-premigrate']:
        left_out = [name for name, young in zip(names, each(names, premigrate)) if young]
        until_done(names)
    elif options == ['-stubmigrated']:
        left_out = [name for name, end in zip(names, each(names, lambda store, name: store.release(name))) if end != 'done']
    else:
        leave(12, 'ANS9000E the fake knows -premigrate and -stubmigrated')
    if left_out:
        leave(4, f'ANS9297W File {left_out[0]} is skipped')


def premigrate(store, name):
    young = store.is_young(name)
    if not young:
        store.archive(name)
    return young


def dsmrecall():
    names, _ = listed()
    if trouble(names[0]):
        leave(12, 'ANS9085E dsmrecall: no connection to the server')
    each(names, lambda store, name: store.recall(name))
    until_done(names)


def dsmls():
    names = sys.argv[1:]
    if trouble(names[0]):
        leave(12, 'ANS9085E dsmls: no connection to the daemon')
    text = BANNER + '      Actual     Resident     Resident  File   File\n        Size         Size     Blk (KB)  State  Name\n'
    for name in names:
        if os.path.isdir(name):
            text += f'       <dir>         8192            8   -     {os.path.basename(name)}/\n'
        elif os.path.exists(name):
            word, size = each([name], lambda store, name: store.state(name))[0], os.stat(name).st_size
            resident = 0 if word in (OFFLINE, RECALLING) else size
            text += f'{size:12} {resident:12} {resident // 1024:12}   {LETTERS.get(word, "r")}     {os.path.basename(name)}\n'
    say(cut(names[0], text) if os.path.isfile(names[0]) else text)


{'dsmmigrate': dsmmigrate, 'dsmrecall': dsmrecall, 'dsmls': dsmls}[os.path.basename(sys.argv[0])]()
