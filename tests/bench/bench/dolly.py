"""A file along a chain of machines, each a namespace on one bridge, beside the other ways to give it to all of them."""

import json
import os
import shutil
import subprocess
import time
from shlex import quote

from cluster import Cluster
from ground import wait_listening
from trial import GIB, MIB, Failed, Sample, Table

COUNTS = (1, 2, 4, 8)
PORT = 5300
SLOW_LINK = 200  # Mbit/s
HOP = 0.002


def busy():
    """Seconds that the processors of this machine have worked, softirqs included."""
    with open("/proc/stat", encoding="ascii") as lines:
        user, nice, system, _, _, irq, soft = (int(word) for word in lines.readline().split()[1:8])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def delivered(cluster, source, run):
    """A trial: everything the machine does from the first process to the last one, whose targets then have to be right."""
    def once():
        clear(cluster)
        try:
            before, began = busy(), time.monotonic()
            run()
            sample = Sample(time.monotonic() - began, busy() - before)
            for node in cluster.nodes:
                if subprocess.run(["cmp", source, cluster.target(node)], stdout=subprocess.DEVNULL).returncode != 0:
                    raise Failed(f"{node}: the copy differs from the source")
            return sample
        finally:
            clear(cluster)
    return once


def clear(cluster):
    for node in cluster.nodes:
        if os.path.exists(cluster.target(node)):
            os.remove(cluster.target(node))


def finish(processes, seconds=300):
    """Waits for all; a failure ends the others."""
    deadline = time.monotonic() + seconds
    try:
        for process in processes:
            if process.wait(max(0.1, deadline - time.monotonic())) != 0:
                raise Failed(f"exit status {process.returncode}: {' '.join(process.args)}")
    except subprocess.TimeoutExpired as e:
        raise Failed(f"not over after {seconds} s: {' '.join(e.cmd)}") from e
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()


def ours(cluster, source, *options):
    def run():
        command = cluster.dolly("-q", "-I", source, "-O", cluster.target("%h"), *options)
        done = subprocess.run(command, env=cluster.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"exit status {done.returncode}: {done.stderr[-400:].strip()}")
    return run


def nc_chain(cluster, source):
    """nc into tee on each node, the last one first, so that each finds the next one listening."""
    def run():
        processes = []
        for place, node in reversed(list(enumerate(cluster.nodes))):
            after = cluster.nodes[place + 1] if place + 1 < cluster.count else None
            onward = f"tee {quote(cluster.target(node))} | nc -N {after} {PORT}" if after else f"cat > {quote(cluster.target(node))}"
            processes.append(cluster.start(node, "sh", "-c", f"nc -l -p {PORT} | {onward}"))
            wait_listening(PORT, processes[-1].pid)
        processes.append(cluster.start("h", "sh", "-c", f"nc -N {cluster.nodes[0]} {PORT} < {quote(source)}"))
        finish(processes)
    return run


def mbuffer_star(cluster, source):
    def run():
        processes = [cluster.start(node, "mbuffer", "-q", "-s", "1M", "-m", "64M", "-I", str(PORT), "-o", cluster.target(node)) for node in cluster.nodes]
        for process in processes:
            wait_listening(PORT, process.pid)
        outputs = [word for node in cluster.nodes for word in ("-O", f"{node}:{PORT}")]
        finish([*processes, cluster.start("h", "mbuffer", "-q", "-s", "1M", "-m", "64M", "-i", source, *outputs)])
    return run


def udpcast(cluster, source):
    def run():
        processes = [cluster.start(node, "udp-receiver", "--nokbd", "--interface", "eth0", "--file", cluster.target(node), stderr=subprocess.DEVNULL) for node in cluster.nodes]
        time.sleep(0.3)
        processes.append(cluster.start("h", "udp-sender", "--nokbd", "--interface", "eth0", "--min-receivers", str(cluster.count), "--full-duplex", "--file", source, stderr=subprocess.DEVNULL))
        finish(processes)
    return run


def uftp(cluster, source):
    def run():
        clients = []
        try:
            for node in cluster.nodes:
                folder = cluster.target(node) + ".d"
                os.makedirs(folder, exist_ok=True)
                clients.append(cluster.start(node, "uftpd", "-d", "-I", "eth0", "-D", folder, stderr=subprocess.DEVNULL))
            time.sleep(0.3)
            finish([cluster.start("h", "uftp", "-q", "-I", "eth0", "-R", "-1", source)])
            for node in cluster.nodes:
                os.replace(os.path.join(cluster.target(node) + ".d", os.path.basename(source)), cluster.target(node))
        finally:
            for client in clients:
                client.kill()
                client.wait()
            for node in cluster.nodes:
                shutil.rmtree(cluster.target(node) + ".d", ignore_errors=True)
    return run


def speed(ground, count, size):
    """G1 and G2."""
    table = Table(f"dolly: {size >> 20} MiB to {count} nodes on one bridge", "nc and tee, a chain",
                  "Without logins. MiB/s: of all nodes together. CPU: of the whole machine, softirqs included, for each GiB delivered.")
    with Cluster(ground, count) as cluster:
        source = ground.source(size)
        peers = {"nc and tee, a chain": ("nc", nc_chain), "mbuffer, a star": ("mbuffer", mbuffer_star), "udpcast": ("udp-sender", udpcast), "uftp": ("uftp", uftp)}
        for name, options in (("dolly", []), ("dolly --encrypt", ["--encrypt"]), ("dolly --verify=read", ["--verify=read"])):
            table.add(name, delivered(cluster, source, ours(cluster, source, *options)), size * count)
        for name, (program, run) in peers.items():
            if shutil.which(program):
                table.add(name, delivered(cluster, source, run(cluster, source)), size * count)
        table.measure(ground)
    if count == max(COUNTS):
        best = lambda: min(table[name].seconds for name in peers if table[name] and table[name].seconds)
        table.goal("G1: best peer / dolly", lambda: best() / table["dolly"].seconds, 1.5, is_most=False)
        table.goal("G1: MB/s in all", lambda: table["dolly"].rate / 1e6, 1500, is_most=False)
        table.goal("G2: CPU s per delivered GB", lambda: table["dolly"].of("cpu_here") / (size * count / 1e9), 0.8)
    return table


def moving(ground, cluster, source):
    """Seconds from the first byte read to the last verdict, as the log has them."""
    log = os.path.join(ground.work, "dolly.log")
    if os.path.exists(log):
        os.remove(log)
    ours(cluster, source, "-o", log)()
    with open(log, encoding="ascii") as lines:
        return float(lines.read().split("\n")[2].split()[2])


def added_node(ground, size):
    """G3: what more nodes cost if the links are the limit."""
    times = {}
    table = Table(f"dolly: {size >> 20} MiB over links of {SLOW_LINK} Mbit/s", "1 node", "From the first byte read; logins excluded.")

    def trial(count):
        def once():
            with Cluster(ground, count) as cluster:
                cluster.call("limit", str(SLOW_LINK))
                source = ground.source(size)
                clear(cluster)
                try:
                    times.setdefault(count, []).append(moving(ground, cluster, source))
                finally:
                    clear(cluster)
            return Sample(times[count][-1])
        return once

    for count in (1, 4, 16):
        table.add(f"{count} node{'s' if count > 1 else ''}", trial(count), size)
    table.measure(ground)
    table.goal("G3: T(16) - T(1), ms", lambda: (table["16 nodes"].seconds - table["1 node"].seconds) * 1000, 100)
    return table


def first_byte(ground, count):
    """G4: from the write into the head's standard input to the first byte at the last node."""
    table = Table(f"dolly: the first byte at node {count}", "", "Seconds from the write into an idle chain to the read by a command on the last node.")

    def once():
        with Cluster(ground, count) as cluster:
            stamp = os.path.join(ground.work, "stamp")
            script = f"import os,sys,time; os.read(0,1); open({stamp!r}+'-%h','w').write(str(time.monotonic())); [None for _ in iter(lambda: os.read(0,1<<20), b'')]"
            events = os.path.join(ground.work, "dolly-events")
            command = cluster.dolly("-q", "--events", events, "-I", "-", "--command", f"python3 -c {quote(script)}")
            process = subprocess.Popen(command, env=cluster.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            await_moving(events, count)
            began = time.monotonic()
            process.stdin.write(bytes(os.urandom(128 << 10)))
            process.stdin.flush()
            last = f"{stamp}-n{count}"
            while not os.path.exists(last) and process.poll() is None and time.monotonic() < began + 20:
                time.sleep(0.001)
            process.stdin.close()
            finish([process])
            with open(last, encoding="ascii") as said:
                took = float(said.read()) - began
            for node in cluster.nodes:
                os.remove(f"{stamp}-{node}")
            return Sample(took)

    table.add("dolly", once)
    table.measure(ground)
    table.goal(f"G4: ms at node {count}", lambda: table["dolly"].seconds * 1000, count * HOP * 1000)
    return table


def await_moving(events, count, seconds=30):
    """Until every node is fed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.path.exists(events):
            with open(events, encoding="utf-8") as lines:
                fed = {event["node"] for line in lines if line.endswith("\n") and (event := json.loads(line))["event"] == "parent"}
            if len(fed) == count:
                time.sleep(0.5)
                return
        time.sleep(0.02)
    raise Failed("not all nodes are fed")


def stalled(ground, count):
    """G5: what a chain costs that waits for its source."""
    table = Table("dolly: a stalled chain", "", f"Processor time of {count} nodes and the head during ten seconds without a byte, for each of them, in percent.")

    def once():
        with Cluster(ground, count) as cluster:
            events = os.path.join(ground.work, "dolly-events")
            process = subprocess.Popen(cluster.dolly("-q", "--events", events, "-I", "-", "-O", cluster.target("%h")), env=cluster.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            try:
                await_moving(events, count)
                process.stdin.write(bytes(1 << 20))
                process.stdin.flush()
                time.sleep(1)
                ours_only = programs(cluster)
                before = sum(map(cpu_of, ours_only))
                time.sleep(10)
                return Sample((sum(map(cpu_of, ours_only)) - before) / 10 / len(ours_only) * 100)
            finally:
                process.stdin.close()
                finish([process])
                clear(cluster)

    table.add("dolly", once)
    table.measure(ground, rounds=1)
    table.goal("G5: percent of a processor for each node", lambda: table["dolly"].seconds, 1)
    return table


def programs(cluster):
    """The processes of the chain, which run below the program to measure."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.path.realpath(f"/proc/{name}/exe") == os.path.realpath(cluster.ground.dmscp):
                with open(f"/proc/{name}/environ", "rb") as environ:
                    if f"BRIDGE_NAME={cluster.name}".encode() in environ.read():
                        found.append(int(name))
        except OSError:
            pass
    return found


def cpu_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def zeros(ground, size):
    """G6: an image of which a twentieth is not zero, and a compressed one."""
    table = Table(f"dolly: {size >> 20} MiB, a twentieth of it data", "", "MiB over the link of the first node as a share of the image; and a compressed source beside gunzip alone.")
    shares = []

    def sparse():
        with Cluster(ground, 2) as cluster:
            path = os.path.join(ground.memory, "zeros")
            try:
                with open(path, "wb") as to:
                    for _ in range(size // (20 * MIB)):
                        to.write(os.urandom(MIB) + bytes(19 * MIB))
                before, began = cluster.received("n1"), time.monotonic()
                ours(cluster, path)()
                shares.append((cluster.received("n1") - before) / os.path.getsize(path))
                return Sample(time.monotonic() - began)
            finally:
                os.remove(path)
                clear(cluster)

    def packed():
        with Cluster(ground, 2) as cluster:
            path = os.path.join(ground.memory, "packed.gz")
            config = os.path.join(ground.work, "dolly.cfg")
            try:
                subprocess.run(f"gzip -1 < {quote(ground.source(size // 8))} > {quote(path)}", shell=True, check=True)
                with open(config, "w", encoding="ascii") as to:
                    to.write(f"compressed infile {path}\noutfile {cluster.target('%h')}\n" + "\n".join(cluster.nodes) + "\nendconfig\n")
                began = time.monotonic()
                subprocess.run(cluster.on("h", os.path.join(ground.bin, "dolly"), "-q", "--launch", f"ip netns exec {cluster.name}-%h", "-S", "-f", config), env=cluster.environment, check=True)
                return Sample(time.monotonic() - began)
            finally:
                os.remove(path)
                clear(cluster)

    table.add("sparse", sparse, size)
    if shutil.which("gzip"):
        table.add("compressed infile", packed, size // 8)
    table.measure(ground)
    table.goal("G6: bytes on the link / bytes of the image", lambda: sum(shares) / len(shares), 0.1)
    return table


def run(ground):
    if not (ground.is_root and shutil.which("ip")):
        table = Table("dolly", "")
        table.note = "Left out: needs root and iproute2."
        return [table]
    size = min(ground.size, GIB)
    # The memory holds the source and a target for each node.
    room = shutil.disk_usage("/dev/shm").free
    counts = [count for count in COUNTS if size * (count + 2) < room]
    tables = [speed(ground, count, size) for count in counts]
    return [*tables, added_node(ground, min(size, 256 * MIB)), first_byte(ground, 8), stalled(ground, 4), zeros(ground, min(size, 512 * MIB))]
