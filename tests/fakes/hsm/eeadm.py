#!/usr/bin/python3 -BSEs
"""eeadm of IBM Storage Archive EE: lists in the form of mmapplypolicy's, commands that wait, files that may not be young."""
import os
import sys

from store import DUAL, OFFLINE, RECALLING, cut, each, say, trouble, until_done

TAPES = 'JD0099JD@POOL_JD@ts4500  -                        -  '
LETTERS = {DUAL: 'P', OFFLINE: 'M', RECALLING: 'M'}


def names_in(path):
    with open(path, 'rb') as lines:
        return [os.fsdecode(line.split(b' -- ', 1)[1].rstrip(b'\n')) for line in lines]


def leave(message):
    print(f'GLESL{message}')
    sys.exit(1)


def premigrate(names):
    young = [name for name, is_young in zip(names, each(names, archive)) if is_young]
    until_done(names)
    if young:
        leave(f'038E(00123): File {young[0]} was modified recently. Retry later.')


def archive(store, name):
    young = store.is_young(name)
    if not young and os.stat(name).st_size > 0:
        store.archive(name)
    return young


def migrate(names):
    """What is premigrated becomes a stub; of anything else the real one would make a copy first, which is not asked of it here."""
    if set(each(names, lambda store, name: store.release(name))) != {'done'}:
        leave('159E(00456): Not all files were processed.')


def recall(names):
    each(names, lambda store, name: store.recall(name))
    until_done(names)


def state(names):
    text, missing = '', 0
    for name in names:
        if os.path.exists(name):
            word = each([name], lambda store, name: store.state(name))[0]
            text += LETTERS[word] + f'  1  {TAPES} -- {name}\n' if word in LETTERS else f'R  0  -  -  -   -- {name}\n'
        else:
            missing += 1
    say(cut(names[0], text))
    if missing:
        leave('126E(00789): A file does not exist.')


words = sys.argv[1:]
if words[:3] == ['file', 'state', '-s']:
    verb, names = state, words[3:]
elif words[0] in ('premigrate', 'migrate') and words[2] == '-p' and words[3]:
    verb, names = {'premigrate': premigrate, 'migrate': migrate}[words[0]], names_in(words[1])
elif words[0] == 'recall' and len(words) == 2:
    verb, names = recall, names_in(words[1])
else:
    leave('022E: Invalid option.')
if trouble(names[0]):
    leave('020E(00001): The Spectrum Archive EE service has not been started.')
verb(names)
