"""Copies one after the other. SIGTERM ends the row early, and what there is counts."""

import signal
import sys
from collections import Counter, defaultdict

import transfer
from report import Finding, Table, quantile
from trial import Trial


def run(ground, count, only=None):
    tallies = Tallies()
    stops = []
    signal.signal(signal.SIGTERM, lambda *_: stops.append(True))
    for index in [only] if only is not None else range(count):
        if stops:
            count = index
            break
        tallies.add(Trial(ground, "row", transfer.draw(ground.seed, "row", index)).run())
        if index % 50 == 49:
            print(f"  row: {index + 1} of {count}, {len(tallies.failures)} failures", file=sys.stderr, flush=True)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return Finding([tallies.table(f"{count} copies in a row")], tallies.failures)


class Tallies:
    """Figures for each kind of fault."""

    def __init__(self):
        self.failures = []
        self._trials = defaultdict(list)

    def add(self, trial):
        self._trials[trial.transfer.fault].append(trial)
        for line in trial.failures() if trial.complaints else []:
            print(f"FAILED {line}", file=sys.stderr, flush=True)
            self.failures.append(line)
        trial.remove()

    def table(self, title):
        table = Table(title, ["fault", "copies", "hit", "status 0", "others", "wrong", "MiB", "lanes lost", "blocks damaged", "median s", "95 %", "longest"])
        for fault in transfer.FAULTS:
            if self._trials[fault]:
                table.add(fault, *self._figures(self._trials[fault]))
        table.add("all", *self._figures([trial for trials in self._trials.values() for trial in trials]))
        return table

    @staticmethod
    def _figures(trials):
        seconds = [trial.seconds for trial in trials]
        others = Counter(trial.status for trial in trials if trial.status != 0)
        return (
            len(trials), sum(1 for trial in trials if trial.fault.hits), sum(1 for trial in trials if trial.status == 0),
            " ".join(f"{status}:{number}" for status, number in sorted(others.items())), sum(1 for trial in trials if trial.complaints),
            sum(trial.transfer.size for trial in trials if trial.status == 0) >> 20,
            sum(trial.verdict.get("lost", 0) for trial in trials), sum(trial.verdict.get("damaged", 0) for trial in trials),
            quantile(seconds, 0.5), quantile(seconds, 0.95), max(seconds))
