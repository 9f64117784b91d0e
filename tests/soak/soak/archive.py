"""Archives: disks that are filled and freed, ends that are killed and resumed, producers that fail. All is judged by the scripts of tests/lab."""

import os
import shutil
import subprocess
import time

from ground import PROGRAMS, ROOT, WORK
from report import Finding, Table

CYCLES, ROUNDS, PRODUCERS = 20, 200, 1000
DISKS = ["tmpfs", "ext4", "xfs", "project"]
VICTIMS = ["server", "client", "lanes", "ssh"]
LIMIT = 3600
SKIPPED = 77


def run(ground, count, only=None):
    """count is that of the row: of a thousand, all; only: that one of the trials."""
    share = count / 1000
    trials = [("fulldisk", f"{disk} {at_least_one(CYCLES * share)} {what}", "") for disk in DISKS for what in ("archive", "file")]
    trials += [("cutarchive", f"{at_least_one(ROUNDS * share / len(VICTIMS))} {ground.seed % 32768} {victim}", "root") for victim in VICTIMS]
    trials += [("failproducer", f"{at_least_one(PRODUCERS * share)} {ground.seed % 32768}", "local")]
    table = Table("archives", ["trial", "seconds", "what it says"])
    failures = []
    for index, (script, words, far) in enumerate(trials):
        if only is not None and index != only:
            continue
        start = time.monotonic()
        status, last, said = one(ground, f"archive-{index}", script, words, far)
        table.add(f"{script} {words}", time.monotonic() - start, "left out: no such disk can be made here" if status == SKIPPED else last)
        if status not in (0, SKIPPED):
            failures.append(f"archive: {script} {words}: {said[-600:]}; again: tests/soak/run archive --seed {ground.seed} --only {index}")
        print(f"  {script} {words}: {status}", flush=True)
    return Finding([table], failures)


def at_least_one(number):
    return max(1, int(number))


def one(ground, tag, script, words, far):
    """Exit status, the last line of the output, and the errors of a script, in a folder and with mounts of its own."""
    folder = os.path.join(WORK, tag)
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    config = os.path.join(WORK, f"{tag}-ssh_config")
    ground.ssh_config(config, tag)
    environment = dict(os.environ, PIPE_TEST=tag, PATH=f"{PROGRAMS}:{os.environ['PATH']}", LC_ALL="C",
                       FAR="-e local" if far != "root" else f"-s root -ssh-config {config}")
    try:
        done = subprocess.run(["unshare", "-m", "bash", f"{ROOT}/tests/lab/{script}", *words.split()], cwd=folder, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=LIMIT, check=False)
        lines = done.stdout.splitlines()
        return done.returncode, lines[-1] if lines else "", done.stderr
    except subprocess.TimeoutExpired:
        return -1, "", f"not at its end after {LIMIT} s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.remove(config)
