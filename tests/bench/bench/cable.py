"""A cable without a limit: what a packet costs the processor."""

import json
import os
import subprocess

from road import FAR, PORT, SETTLE, Moved, Road, Runs, channels
from trial import GIB, Failed, Table


def cable(ground, is_offloaded):
    """A veth pair with nothing between: what a packet costs the processor."""
    state = "on" if is_offloaded else "off"
    table = Table(f"a cable, MTU 1500, segmentation and coalescing {state}: {ground.seconds} s after the first {SETTLE} s", "iperf3, one stream",
                  "Both hosts share the processor. cores per Gbit/s: of both ends together.")
    with Road(ground, None) as road:
        for host, device in (("a", "va0"), ("b", "vb0")):
            subprocess.run(road.on(host, "ethtool", "-K", device, *(word for name in ("gso", "gro", "tso", "tx-udp-segmentation")
                                                                    for word in (name, state))), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs = Runs(ground, road, ground.seconds)
        table.add("iperf3, one stream", runs.iperf3("cubic"), GIB)
        for name, way in channels(ground).items():
            for words in ([], ["-encrypt"]):
                table.add(" ".join([f"dmscp, {name}", *words]), runs.dmscp("cubic", *way, *words), GIB)
        if is_offloaded:
            for length in (1472,):
                for offload in ("on", "off"):
                    table.add(f"datagrams of {length} bytes alone, {offload}", datagrams(ground, road, length, offload), GIB)
        table.measure(ground)
    if is_offloaded:
        table.goal("dmscp, udp / iperf3, one stream", lambda: table["dmscp, udp"].rate / table["iperf3, one stream"].rate, 1, is_most=False)
        table.goal("dmscp, udp -encrypt, Gbit/s", lambda: table["dmscp, udp -encrypt"].rate * 8 / 1e9, 6, is_most=False)
    else:
        for words, least in (("", 180_000), (" -encrypt", 120_000)):
            table.goal(f"dmscp, udp{words}: packets a second", lambda words=words: table[f"dmscp, udp{words}"].rate / 1432, least, is_most=False)
    return table


def datagrams(ground, road, length, offload):
    """The sockets of the datagram channel without its protocol, by a program of this benchmark."""
    program = os.path.join(ground.root, "artifacts", "bin", "pipe-datagrams", "release_linux-x64", "pipe-datagrams")

    def once():
        if not os.path.exists(program):
            raise Failed("tests/bench/datagrams is not built: dotnet build -c Release tests/bench/datagrams")
        words = [FAR, str(PORT)]
        receiver = subprocess.Popen(road.on("b", program, "receive", *words, str(ground.seconds), str(length), offload), stdout=subprocess.PIPE, text=True)
        receiver.stdout.readline()
        subprocess.run(road.on("a", program, "send", *words, str(ground.seconds + 1), str(length), offload), check=True, stdout=subprocess.DEVNULL)
        came = json.loads(receiver.communicate()[0])
        return Moved(came["datagrams"] * length, came["seconds"]).sample()
    return once
