"""Where the copies take place: an sshd, a second account, a link that damages what it carries, bytes to copy."""

import os
import random
import shutil
import subprocess

ROOT = "/run/pipe"
PROGRAMS = "/run/programs"
DMSCP = os.path.join(PROGRAMS, "dmscp")
WORK = "/tmp/soak"
MIB = 1 << 20
POOL = 512 * MIB
OTHER = "soak"


class Ground:
    """What lasts for the whole run."""

    def __init__(self, seed):
        self.seed = seed
        os.mkdir(WORK)
        os.chmod(WORK, 0o755)
        self.lab_dir = os.path.join("/run", "soak-lab")
        self.sshd_dir = os.path.join("/run", "soak-sshd")
        os.mkdir(self.sshd_dir)
        os.chmod(self.sshd_dir, 0o755)
        self._lab = dict(os.environ, LAB_DIR=self.lab_dir, LAB_NAME="soak")
        self._has_link = False
        self.pool = os.path.join("/run", "soak-pool")
        with open(self.pool, "wb") as to:
            bits = random.Random(seed)
            for _ in range(POOL // MIB):
                to.write(bits.randbytes(MIB))

    def __enter__(self):
        self._keeper = subprocess.Popen(
            ["bash", f"{ROOT}/tests/lab/sshd", self.sshd_dir, PROGRAMS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        word, _, value = self._keeper.stdout.readline().strip().partition(" ")
        if word != "port":
            raise RuntimeError(f"no sshd: {value}")
        self.port = int(value)
        self._keeper.stdout.readline()
        self._keeper.stdin.write(f"user {OTHER} {shutil.which('bash')}\n")
        self._keeper.stdin.flush()
        if not self._keeper.stdout.readline().startswith("home "):
            raise RuntimeError("no second account")
        self.other_id = int(subprocess.run(["id", "-u", OTHER], capture_output=True, text=True, check=True).stdout)
        return self

    def __exit__(self, *_):
        if self._has_link:
            self._run_lab("down")
        self._keeper.stdin.close()
        self._keeper.wait()

    def need_link(self):
        """Hosts a and b behind a link that puts zeros into packets and mends their checksums."""
        if not self._has_link:
            self._has_link = True
            self._run_lab("up", "--zero", "300", "--spare", "22", "--delay", "1", "--rate", "2000", "--queue", "4096", "--seed", str(self.seed % 1000 + 1))

    @property
    def lab_environment(self):
        return self._lab

    def set_link(self, setting, value):
        self._run_lab("link", setting, value)

    def _run_lab(self, *words):
        subprocess.run([f"{ROOT}/tests/lab/lab", *words], env=self._lab, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def slice(self, path, size, rng):
        """A file of this many bytes with contents that no other file has."""
        with open(self.pool, "rb") as source, open(path, "wb") as to:
            source.seek(rng.randrange(POOL - size + 1))
            left = size
            while left:
                chunk = source.read(min(left, 4 * MIB))
                to.write(chunk)
                left -= len(chunk)

    def ssh_config(self, path, tag):
        """Knows root@here and soak@here by those names, and marks what runs there."""
        with open(path, "w", encoding="ascii") as to:
            to.write(f"""Host root other
  HostName 127.0.0.1
  Port {self.port}
  UserKnownHostsFile {self.sshd_dir}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  IdentityFile {self.sshd_dir}/id
  SetEnv PIPE_TEST={tag}
Host other
  User {OTHER}
Host b
  HostName 10.78.0.2
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  IdentityFile {self.lab_dir}/id
Host *
  User root
  IdentitiesOnly yes
  IdentityAgent none
  BatchMode yes
  LogLevel ERROR
""")
