"""Many copies at once."""

from concurrent.futures import ThreadPoolExecutor

import transfer
from report import Finding
from row import Tallies
from trial import Trial

AT_ONCE = 64


def run(ground, count, only=None):
    """Waves of 64: the starts of one are all together."""
    tallies = Tallies()
    ground.need_link()
    copies = max(AT_ONCE, count * 128 // 1000 // AT_ONCE * AT_ONCE) if only is None else 1
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for start in range(0, copies, AT_ONCE):
            wave = [only] if only is not None else range(start, start + AT_ONCE)
            trials = [Trial(ground, "crowd", transfer.draw(ground.seed, "crowd", index, is_crowd=True)) for index in wave]
            for trial in threads.map(Trial.run, trials):
                tallies.add(trial)
    return Finding([tallies.table(f"{copies} copies, {AT_ONCE} at once")], tallies.failures)
