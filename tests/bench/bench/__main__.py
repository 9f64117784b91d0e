"""The command line of tests/bench/run, which see."""

import argparse
import json
import os
import re
import signal
import sys
import traceback

import archive
import disk
import dolly
import file
import halves
import loop
import many
import memory
import pipe
import report
import small
import tree
import udp
import wan
from ground import Ground

PARTS = {"file": file, "pipe": pipe, "small": small, "loop": loop, "many": many, "halves": halves, "memory": memory, "wan": wan, "udp": udp, "tree": tree, "archive": archive, "disk": disk, "dolly": dolly}
DEFAULT = [name for name in PARTS if name not in ("disk", "dolly", "udp")]
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def size(text):
    match = re.fullmatch(r"(\d+)([kmg]?)", text.lower())
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is not a size")
    return int(match[1]) * UNITS[match[2]]


def arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run", add_help=False)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=size)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--lock")
    parser.add_argument("--only")
    parser.add_argument("--dir", default=os.path.join(os.environ["BENCH_ROOT"], "artifacts", "bench"))
    parser.add_argument("--from", dest="source")
    chosen = parser.parse_args()
    chosen.rows = [name for name in chosen.parts if name in udp.ROWS]
    chosen.parts = [name for name in chosen.parts if name not in udp.ROWS]
    if chosen.rows and "udp" not in chosen.parts:
        parser.error(f"{chosen.rows[0]} is a row of udp: tests/bench/run udp {chosen.rows[0]}")
    unknown = [name for name in chosen.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}: {' '.join(PARTS)}")
    return chosen


def measure(chosen):
    results = {"machine": None, "parts": {}}
    with Ground(chosen) as ground:
        results["machine"] = ground.machine()
        for name in chosen.parts or DEFAULT:
            print(f"{name} ...", file=sys.stderr, flush=True)
            try:
                results["parts"][name] = [table.record() for table in PARTS[name].run(ground)]
            except Exception as e:
                traceback.print_exc()
                results["parts"][name] = [{"title": name, "tools": [], "goals": [], "failures": [str(e)]}]
            save(chosen.json, results)
    return results


def save(path, results):
    if path:
        with open(path, "w", encoding="utf-8") as to:
            json.dump(results, to, indent=1)
            to.write("\n")


def main():
    # Ends the namespaces and programs of a run that is ended, also of one that a script started in the background, where SIGINT is ignored.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    chosen = arguments()
    if chosen.source:
        with open(chosen.source, encoding="utf-8") as source:
            results = json.load(source)
    else:
        results = measure(chosen)
    print(report.markdown(results) if chosen.markdown else report.plain(results))
    return 1 if report.failures(results) else 0


sys.exit(main())
