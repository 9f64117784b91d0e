"""Flows that share a link."""

from road import PORT, SETTLE, Road, Runs, Together, jain
from trial import GIB, Table


def sharing(ground, rate, round_trip, queue=1):
    """Pairs of flows through one link whose queue holds this many times the bytes in flight."""
    table = Table(f"two flows share {rate} Mbit/s, {round_trip:g} ms there and back, queue {queue:g}: {ground.seconds} s after the first {SETTLE} s", "CUBIC alone",
                  "Pairs run at the same time. % of the link: of each flow.")
    with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2), "--queue", str(int(queue * rate * round_trip / 8))]) as road:
        runs = Runs(ground, road, ground.seconds)
        udp = lambda *options: runs.dmscp("cubic", "-channel", "udp", *options)
        table.add("CUBIC alone", runs.iperf3("cubic"), GIB)
        pairs = [("CUBIC", "another CUBIC", lambda: [runs.iperf3("cubic"), runs.iperf3("cubic", port=PORT + 1)])]
        if ground.has("-channel"):
            if queue == 1:
                pairs.append(("udp beside BBR", "BBR beside udp", lambda: [runs.dmscp("bbr", "-channel", "udp"), runs.iperf3("bbr")]))
            pairs += [("udp", "another udp", lambda: [udp(), udp()]), ("udp beside CUBIC", "CUBIC beside udp", lambda: [udp(), runs.iperf3("cubic")]),
                      ("udp low beside CUBIC", "CUBIC beside udp low", lambda: [udp("-udp", "low"), runs.iperf3("cubic")])]
        for first, second, make in pairs:
            together = Together(make())
            table.add(first, together.take(0), GIB)
            table.add(second, together.take(1), GIB)
        if ground.only:
            table.trials = []
        for _ in range(ground.rounds if table.trials else 0):
            with ground.turn():
                for trial in table.trials:
                    trial.once()
    for trial in table.trials:
        if trial.rate:
            table.columns[trial.name] = {"percent_of_link": trial.rate * 8 / (rate * 1e6) * 100}
    share = lambda name: table[name].rate * 8 / (rate * 1e6)
    table.goal("CUBIC beside udp, share of the link", lambda: share("CUBIC beside udp"), 0.35 if queue >= 1 else 0.2, is_most=False)
    if queue == 1:
        table.goal("Jain's index of two udp flows", lambda: jain([table["udp"].rate, table["another udp"].rate]), 0.95, is_most=False)
        table.goal("Jain's index of udp and BBR", lambda: jain([table["udp beside BBR"].rate, table["BBR beside udp"].rate]), 0.85, is_most=False)
        table.goal("CUBIC beside udp low / CUBIC alone", lambda: table["CUBIC beside udp low"].rate / table["CUBIC alone"].rate, 0.9, is_most=False)
    if queue > 1:
        table.goal("udp beside CUBIC, share of the link", lambda: share("udp beside CUBIC"), 0.25, is_most=False)
    return table


def four(ground, rate, round_trip):
    """Four flows of ours."""
    table = Table(f"four flows share {rate} Mbit/s, {round_trip:g} ms there and back: {ground.seconds} s after the first {SETTLE} s", "udp 1")
    names = [f"udp {number}" for number in range(1, 5)]
    with Road(ground, ["--rate", str(rate), "--delay", str(round_trip / 2)]) as road:
        runs = Runs(ground, road, ground.seconds)
        together = Together([runs.dmscp("cubic", "-channel", "udp") for _ in names])
        for index, name in enumerate(names):
            table.add(name, together.take(index), GIB)
        for _ in range(ground.rounds):
            with ground.turn():
                for trial in table.trials:
                    trial.once()
    table.goal("Jain's index of four udp flows", lambda: jain([table[name].rate for name in names]), 0.93, is_most=False)
    return table
