"""Inputs from outside: read-only trees copied again and again, data ports that swallow full packets, far ends that lie."""

import filecmp
import os
import random
import shutil
import subprocess
import time

from ground import DMSCP, PROGRAMS, ROOT, WORK
from report import Finding, Table

YSCP = os.path.join(PROGRAMS, "yscp")
LIMIT = 90
DEAD = (70, 134, 137, 139)


def run(ground, count, only=None):
    part = Inputs(ground)
    table = Table("inputs from outside", ["kind", "rounds", "seconds", "failed"])
    for kind, rounds in (("read-only trees", count // 5), ("packets swallowed", count // 100), ("far ends that lie", count // 2)):
        if only is None:
            part.play(table, kind, range(max(2, rounds)))
        else:
            part.play(table, kind, [only])
    part.remove()
    return Finding([table], part.failures)


class Inputs:
    def __init__(self, ground):
        self.failures = []
        self._ground = ground
        self._folder = os.path.join(WORK, "inputs")
        os.mkdir(self._folder)
        os.chmod(self._folder, 0o755)
        self._kinds = {"read-only trees": self._tree, "packets swallowed": self._hole, "far ends that lie": self._liar}

    def remove(self):
        shutil.rmtree(self._folder)

    def play(self, table, kind, indices):
        start, before = time.monotonic(), len(self.failures)
        for index in indices:
            rng = random.Random(f"{self._ground.seed} {kind} {index}")
            work = os.path.join(self._folder, "round")
            os.mkdir(work)
            try:
                for what in self._kinds[kind](work, rng):
                    self.failures.append(f"inputs, {kind}, --seed {self._ground.seed} --only {index}: {what}")
            except subprocess.TimeoutExpired:
                self.failures.append(f"inputs, {kind}, --seed {self._ground.seed} --only {index}: still running after {LIMIT} s")
            finally:
                shutil.rmtree(work)
        table.add(kind, len(indices), time.monotonic() - start, len(self.failures) - before)

    def _tree(self, work, rng):
        """As another user: a tree with read-only directories, changed and copied three times."""
        os.chmod(work, 0o777)
        source, target = os.path.join(work, "source"), os.path.join(work, "target")
        script = [f"mkdir -p {source}"]
        folders = [source]
        for number in range(rng.randrange(3, 12)):
            folders.append(os.path.join(rng.choice(folders), f"d{number}"))
            script.append(f"mkdir {folders[-1]}")
        options = rng.choice(["-rp", "-r", "-a", "-a -Z", "-rp -Z", "-a --delete"])
        for turn in range(3):
            script.append(f"chmod -R u+w {source}")
            for number in range(rng.randrange(1, 20)):
                script.append(f"head -c {rng.randrange(20_000)} /dev/urandom > {rng.choice(folders)}/f{rng.randrange(30)}")
            script += [f"chmod {mode} {folder}" for folder in reversed(folders[1:]) for mode in [rng.choice(["0555", "0755", "0500"])]]
            script.append(f"{YSCP} -q -D x {options} {source}/. {target} || echo 'turn {turn}: status' $?")
            script.append(f"diff -r {source} {target} " + (f"|| echo 'turn {turn}: differs'" if "--delete" in options else f"| grep -v '^Only in {target}'"))
            if options != "-r":  # Without -p a directory that is there keeps its mode.
                script.append(f"diff <(cd {source}; find . -mindepth 1 -type d -printf '%p %m\\n' | sort) <(cd {target}; find . -mindepth 1 -type d -printf '%p %m\\n' | sort) || echo 'turn {turn}: modes'")
        ran = subprocess.run(["setpriv", "--reuid", str(self._ground.other_id), "--regid", "65534", "--clear-groups", "bash", "-c", "umask 022; export HOME=/\n" + "\n".join([*script, "true"])],
                             capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        if ran.stdout or ran.returncode or ran.stderr:
            yield f"{options}: {ran.stdout[:300]} {ran.stderr[:300]}"

    def _hole(self, work, rng):
        """To a host whose data ports open and swallow every packet of full size."""
        self._ground.need_link()
        source, target, config = (os.path.join(work, name) for name in ("source", "target", "config"))
        self._ground.slice(source, rng.randrange(200_000, 4_000_000), rng)
        self._ground.ssh_config(config, "inputs")
        self._ground.set_link("hole", "1000")
        try:
            direction = rng.choice([["-w", "-l", source, "-f", target], ["-r", "-f", source, "-l", target]])
            lab = [f"{ROOT}/tests/lab/lab", "a"]
            ran = subprocess.run([*lab, DMSCP, "-s", "b", "-ssh-config", config, "-prefix", f"PATH={PROGRAMS}:$PATH", "-channel", rng.choice(["auto", "tcp"]), *direction],
                                 env=dict(self._ground.lab_environment, XDG_CACHE_HOME=work), capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        finally:
            self._ground.set_link("hole", "0")
        if ran.returncode or not filecmp.cmp(source, target, shallow=False):
            yield f"status {ran.returncode}: {ran.stderr[:300]}"

    def _liar(self, work, rng):
        """A server whose words are repeated, left out, exchanged and damaged on the way: the client ends in time, and the target is old or right."""
        source, target = os.path.join(work, "source"), os.path.join(work, "target")
        self._ground.slice(source, rng.choice([0, 10, 60_000, 500_000, 3_000_000]), rng)
        with open(target, "w", encoding="ascii") as to:
            to.write("old\n")
        direction = ["-w", "-l", source, "-f", target] if rng.random() < 0.5 else ["-r", "-f", source, "-l", target]
        launch = f"python3 -B {ROOT}/tests/soak/soak/spoil.py {rng.randrange(1 << 30)}"
        ran = subprocess.run([DMSCP, *direction, "-launch", launch, "-connect", rng.choice(["ssh", "auto"]), "-timeout", "3"],
                             env=dict(os.environ, SSH_CONNECTION="127.0.0.1 0 127.0.0.1 0"), capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        with open(target, "rb") as read:
            is_old = read.read(5) == b"old\n"
        if ran.returncode in DEAD or ran.returncode < 0 or "internal error" in ran.stderr:
            yield f"status {ran.returncode}: {ran.stderr[:500]}"
        if not is_old and not filecmp.cmp(source, target, shallow=False):
            yield f"status {ran.returncode}, and the target is neither old nor right"
        if ran.returncode == 0 and is_old and os.path.getsize(source) != 4:
            yield "status 0, and the target is old"
        if left := sorted(set(os.listdir(work)) - {"source", "target", ".target.pipe-part"}):
            yield f"left: {left}"
