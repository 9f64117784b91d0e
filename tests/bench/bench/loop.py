"""A thousand calls of one KiB each, in a loop of the shell."""

from small import places


def run(ground):
    return [place.loop(1000) for place in places(ground, 1024)]
