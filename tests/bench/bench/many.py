"""One file in memory to many hosts behind one bridge at once, and what one bad destination does to the others."""

import json
import os
import subprocess
import sys
import tempfile
from shlex import quote

import hosts
import narrow
from trial import MIB, Table, timed

COUNTS = (1, 2, 4, 8, 16)
WANTED = 8
PORT = 5300
FOREIGN = ("scp", "mbuffer", "udpcast", "pdcp")


def beside(commands, first=()):
    """A script that runs commands at the same time; it fails if one of them does. first: commands that have to listen before the last one starts."""
    lines = ["all=()"]
    for command, ready in first:
        lines += [f"{line_of(command)} & all+=($!)", ready]
    lines += [f"{line_of(command)} & all+=($!)" for command in commands]
    return ["bash", "-c", "\n".join([*lines, 'for one in "${all[@]}"; do wait $one || exit 1; done'])]


def line_of(command):
    return " ".join(map(quote, command))


class Ways:
    """The tools, each as a command that copies a source to the target of each host."""

    def __init__(self, ground, group):
        self.ground, self.group = ground, group

    def dccli(self, source, *options):
        return [self.ground.dccli, "-q", "-F", self.group.ssh_config, *options, source, *(f"{name}:{self.group.there}" for name in self.group.names)]

    def copies(self, program, source, *options):
        return beside([[program, "-q", "-F", self.group.ssh_config, *options, source, f"{name}:{self.group.there}"] for name in self.group.names])

    def mbuffer(self, source):
        """One sender; listeners run on the hosts, without a login."""
        listeners = [(self.group.on(number, "mbuffer", "-q", "-s", "1M", "-m", "64M", "-I", str(PORT), "-o", self.group.there), self._ready("tcp", number))
                     for number in self.group.numbers]
        outputs = [word for number in self.group.numbers for word in ("-O", f"{self.group.address(number)}:{PORT}")]
        return beside([["mbuffer", "-q", "-s", "1M", "-m", "64M", "-i", source, *outputs]], listeners)

    def udpcast(self, source):
        """Multicast with retransmission, without a login."""
        listeners = [(self.group.on(number, "timeout", "300", "udp-receiver", "--interface", "eth0", "--nokbd", "--file", self.group.there), self._ready("udp", number))
                     for number in self.group.numbers]
        sender = ["timeout", "300", "udp-sender", "--interface", "eth0", "--nokbd", "--full-duplex", "--min-receivers", str(self.group.count), "--file", source]
        return beside([sender], listeners)

    def pdcp(self, source):
        ssh = ["env", "PDSH_RCMD_TYPE=ssh", f"PDSH_SSH_ARGS_APPEND=-F {self.group.ssh_config}"]
        return [*ssh, "pdcp", "-f", str(self.group.count), "-w", ",".join(self.group.names), source, self.group.there]

    def _ready(self, transport, number):
        """Shell text that waits until a host listens."""
        options = "-Hltn" if transport == "tcp" else "-Hlun"
        port = str(PORT) if transport == "tcp" else "9000"
        return f"until {line_of(self.group.on(number, 'ss', options, f'sport = :{port}'))} | grep -q .; do sleep 0.01; done"


def add_tools(table, ground, group, source, size):
    ways = Ways(ground, group)
    commands = {}

    def add(name, command, **how):
        def once():
            group.clear()
            sample = timed(ground, command, **how)
            group.check(source)
            return sample
        commands[name] = command
        table.add(name, once, size * group.count)

    add("dccli", ways.dccli(source), sshd=group)
    add("dccli --channel udp", ways.dccli(source, "--channel", "udp"), sshd=group)
    add("yscp", ways.copies(ground.yscp, source), sshd=group)
    add("scp", ways.copies("scp", source), sshd=group)
    add("pdcp", ways.pdcp(source), sshd=group)
    add("mbuffer", ways.mbuffer(source), is_child=True)
    add("udpcast", ways.udpcast(source), is_child=True)
    return commands


def add_columns(table, ground, commands, source, size):
    """CPU of both ends together; and what each tool reads of the source, in a run beside the clock."""
    for trial in table.trials:
        if not trial.samples:
            continue
        cpu = trial.of("cpu_here") + (trial.of("cpu_there") or 0)
        table.columns[trial.name] = {"cpu_per_gib_both": cpu * (1 << 30) / trial.bytes}
        if ground.count_reads:
            try:
                table.columns[trial.name]["source_read"] = hosts.bytes_read(ground, commands[trial.name], source) / size
            except (OSError, subprocess.SubprocessError) as e:
                print(f"  {trial.name}, under strace: {e}", file=sys.stderr)


def add_goals(table):
    ours, copies = table["dccli"], table["yscp"]
    foreign = [trial for name in FOREIGN if (trial := table[name]) and trial.rate]

    def both(trial):
        return trial.of("cpu_here") + trial.of("cpu_there")

    table.goal("dccli / the best foreign tool, bytes a second", lambda: ours.rate / max(trial.rate for trial in foreign), 1.5, is_most=False)
    table.goal("dccli / yscp, bytes a second", lambda: ours.rate / copies.rate, 1.1, is_most=False)
    table.goal("dccli / yscp, CPU", lambda: both(ours) / both(copies), 0.85)


def table_of(ground, count, size):
    table = Table(f"one file of {size // MIB} MiB to {count} {'host' if count == 1 else 'hosts'} behind a bridge", "yscp",
                  "yscp and scp run once for each host, at the same time; mbuffer and udpcast need no login. MiB/s: of all hosts together. "
                  "CPU: for each GiB that arrives. Source read: bytes read of the source, in sizes of it.")
    group = hosts.Hosts(ground, count)
    try:
        source = ground.source(size)
        commands = add_tools(table, ground, group, source, size)
        table.measure(ground)
        add_columns(table, ground, commands, source, size)
        if count == WANTED:
            add_goals(table)
        group.clear()
    finally:
        group.close()
    return table


def inside(ground):
    size = min(ground.size, 1 << 30)
    ground.count_reads = True
    tables = [table_of(ground, count, size if count < 16 else size // 4) for count in COUNTS]
    return [*tables, narrow.table_of(ground, size // 2)]


class Recorded:
    """A table that another process has measured."""

    def __init__(self, record):
        self._record = record

    def record(self):
        return self._record


def run(ground):
    if hosts.is_inside():
        return inside(ground)
    if not hosts.is_possible(ground):
        table = Table("one file to many hosts", "")
        table.note = "Left out: needs root and iproute2."
        return [table]

    # Everything again within the hosts' network, whose sender this process cannot become.
    with tempfile.NamedTemporaryFile(suffix=".json", dir=ground.work) as results:
        words = ["--rounds", str(ground.rounds), "--size", str(ground.size), "--json", results.name, *(["--lock", ground.lock] if ground.lock else []), *(["--only", ground.only] if ground.only else [])]
        script = os.path.join(ground.root, "tests", "lab", "cluster")
        path = f"{ground.bin}:{os.environ['PATH']}"
        done = subprocess.run([script, str(max(COUNTS)), sys.executable, "-B", os.path.dirname(os.path.abspath(__file__)), "many", *words],
                              env=os.environ | {"PATH": path}, stdout=subprocess.DEVNULL)
        measured = json.load(results)["parts"] if os.path.getsize(results.name) else {}
        if "many" not in measured:
            raise RuntimeError(f"tests/lab/cluster ended with {done.returncode}")
        return [Recorded(record) for record in measured["many"]]
