"""A thousand schedules of data migration against the fakes in tests/fakes/hsm; see MigrationSchedule.cs, which judges them."""

import glob
import os
import shutil
import subprocess
import time

from report import Finding, Table

ROOT = "/run/pipe"
SECONDS_EACH = 30


def run(ground, count, only=None):
    first, many = (only, 1) if only is not None else (ground.seed, count)
    assemblies = glob.glob(f"{ROOT}/artifacts/bin/Pipe.Archives.Tests/*/Pipe.Archives.Tests.dll")
    if not assemblies or not shutil.which("dotnet"):
        return Finding([], ["migration: tests/Pipe.Archives.Tests is not built, or there is no dotnet to run it"])
    # No sockets of the runtime in /tmp: they would count as left over.
    environment = dict(os.environ, DOTNET_EnableDiagnostics="0")
    words = ["dotnet", "exec", max(assemblies, key=os.path.getmtime), "migrations", str(first), str(many)]
    started = time.monotonic()
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600 + many * SECONDS_EACH)
    failures = [f"migration, --only says which: {line}" for line in ran.stdout.splitlines()]
    if ran.returncode not in (0, 1) or (ran.returncode and not failures):
        failures.append(f"migration: ended with {ran.returncode}: {ran.stderr[-500:]}")
    table = Table("files migrated, released, recalled and read", ["schedules", "seconds", "failed"])
    table.add(many, time.monotonic() - started, len(failures))
    return Finding([table], failures)
