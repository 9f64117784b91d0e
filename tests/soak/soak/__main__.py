"""The command line of tests/soak/run, which see."""

import argparse
import json
import random
import sys
import time
import traceback

import archive
import census
import crowd
import cuts
import inputs
import migration
import row
import strangers
from ground import Ground
from report import Finding, Table

PARTS = {"row": row, "crowd": crowd, "cuts": cuts, "strangers": strangers, "inputs": inputs, "archive": archive, "migration": migration}


def arguments():
    parser = argparse.ArgumentParser(prog="tests/soak/run", add_help=False)
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", type=int)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}: {' '.join(PARTS)}")
    if chosen.seed is None:
        chosen.seed = random.randrange(1_000_000)
    return chosen


def soak(chosen):
    """What each part has found, and what it has left."""
    found = {}
    leftovers = Table("left over after each part", ["part", "seconds", "until all was gone", "left"])
    with Ground(chosen.seed) as ground:
        ground.need_link()
        for name in chosen.parts or PARTS:
            print(f"{name} ...", file=sys.stderr, flush=True)
            before, start = census.Census(), time.monotonic()
            try:
                finding = PARTS[name].run(ground, chosen.count, chosen.only)
            except Exception as e:
                traceback.print_exc()
                finding = Finding(failures=[f"{name}: {type(e).__name__}: {e}"])
            seconds = time.monotonic() - start
            left, settling = census.settle(before)
            finding.failures += [f"left over after {name} (seed {chosen.seed}): {what}" for what in left]
            leftovers.add(name, seconds, settling, len(left))
            found[name] = finding
            show(finding.tables, chosen)
    return found, leftovers


def show(tables, chosen):
    """Each as soon as it is there."""
    if not chosen.json:
        print("".join(table.plain() + "\n\n" for table in tables), end="", flush=True)


def main():
    chosen = arguments()
    print(f"seed {chosen.seed}", file=sys.stderr, flush=True)
    found, leftovers = soak(chosen)
    tables = [table for finding in found.values() for table in finding.tables] + [leftovers]
    failures = [failure for finding in found.values() for failure in finding.failures]
    if chosen.json:
        print(json.dumps({"seed": chosen.seed, "tables": [table.record() for table in tables], "failures": failures}, indent=1))
    else:
        show([leftovers], chosen)
        print("\n".join(f"FAILED: {failure}" for failure in failures) or "nothing was lost, nothing is left")
    return 1 if failures else 0


sys.exit(main())
