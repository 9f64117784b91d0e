#!/usr/bin/python3 -BSEs
"""fsstore, fsrmdiskcopy, fsretrieve, fsfileinfo of Quantum StorNext: commands that wait, a report for each file."""
import os
import sys

from store import DUAL, OFFLINE, RECALLING, cut, each, say, trouble, until_done

PLACES = {DUAL: 'DISK AND ARCHIVE', OFFLINE: 'ARCHIVE', RECALLING: 'ARCHIVE'}
REPORT = '''-------------------------------------------------------------------------------
                      File Information Report       Mon Nov  2 14:11:36 2020
  Filename:      {name}
-------------------------------------------------------------------------------
  Stored Path:   {name}

  Last Modification: 02-nov-2020 14:11:12
  Owner:          root                  Location:        {place}
  Group:          root                  Existing Copies: {copies}
  Access:         644                   Target Copies:   1
                                        Target Stub:     n/a
  File size:      {size}                Existing Stub:   n/a
  Affinity:       n/a                   Store:           MINTIME
  Class:          archive               Reloc:           MINTIME
  Alt Store:      NO                    Trunc:           MINTIME
                                        Clean DB Info:   NO
  Media:          {media}

'''


def leave(message):
    print(f'FS0000 29 {message}')
    sys.exit(1)


def fsstore(names):
    if any(each(names, lambda store, name: store.is_young(name) or store.archive(name))):
        leave('Not all files were stored.')
    until_done(names)


def fsrmdiskcopy(names):
    if set(each(names, lambda store, name: store.release(name))) != {'done'}:
        leave('Not all files were truncated.')


def fsretrieve(names):
    each(names, lambda store, name: store.recall(name))
    until_done(names)


def fsfileinfo(names):
    text = ''
    for name in filter(os.path.exists, names):
        word = each([name], lambda store, name: store.state(name))[0]
        stored = word in PLACES
        text += REPORT.format(
            name=name, place=PLACES.get(word, 'DISK'), copies=int(stored), size=f'{os.stat(name).st_size:,}', media='000123(1)' if stored else 'n/a')
    say(cut(names[0], text))
    if not all(map(os.path.exists, names)):
        leave('A file does not exist.')


verb, names = globals()[os.path.basename(sys.argv[0])], sys.argv[1:]
if trouble(names[0]):
    leave('Could not connect to the Tertiary Manager.')
verb(names)
