"""Machines on one bridge for the benchmarks of chains."""

import os
import subprocess


class Cluster:
    """The head h and the nodes n1 to nN, from tests/lab/bridge."""

    def __init__(self, ground, count):
        self.ground, self.count = ground, count
        self.script = os.path.join(ground.root, "tests", "lab", "bridge")
        self.name = f"bench{os.getpid()}"
        self.environment = os.environ | {"BRIDGE_NAME": self.name, "PATH": f"{ground.bin}:{os.environ['PATH']}"}
        self.nodes = [f"n{number}" for number in range(1, count + 1)]

    def __enter__(self):
        self.call("up", str(self.count))
        return self

    def __exit__(self, *_):
        self.call("down")

    def call(self, *words):
        subprocess.run([self.script, *words], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def on(self, host, *command):
        return ["ip", "netns", "exec", f"{self.name}-{host}", *command]

    def start(self, host, *command, **streams):
        return subprocess.Popen(self.on(host, *command), env=self.environment, **({"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL} | streams))

    def target(self, node):
        return os.path.join(self.ground.memory, f"target-{node}")

    def dolly(self, *options):
        """The command on the head. Nodes are reached without a login, as the peers' are."""
        return self.on("h", os.path.join(self.ground.bin, "dolly"), "--launch", f"ip netns exec {self.name}-%h", "-H", ",".join(self.nodes), *options)

    def received(self, host):
        """Bytes that have come to a machine over its link."""
        lines = subprocess.run(self.on(host, "cat", "/proc/net/dev"), capture_output=True, text=True, check=True).stdout.splitlines()
        return next(int(line.split(":")[1].split()[0]) for line in lines if line.strip().startswith("eth0:"))
