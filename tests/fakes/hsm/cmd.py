#!/usr/bin/python3 -BSEs
"""Commands as a site writes them: VERB FILE..."""
import sys

from store import cut, each, say, trouble

verb, names = sys.argv[1], sys.argv[2:]
if trouble(names[0]):
    sys.exit(75)
if verb == 'state':
    text = ''.join(f'{word} {name}\n' for name, word in zip(names, each(names, lambda store, name: store.state(name))))
    say(cut(names[0], text))
elif verb == 'migrate':
    if any(each(names, lambda store, name: store.is_young(name) or store.archive(name))):
        sys.exit(75)
elif verb == 'recall':
    each(names, lambda store, name: store.recall(name))
elif set(each(names, lambda store, name: store.release(name))) != {'done'}:
    sys.exit(75)
