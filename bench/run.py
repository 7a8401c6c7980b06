"""Runs the benchmarks, each in a process of its own, and writes their results.

`python -m bench.run` is the short form, into bench/results.md; `--full` is the one with the large
sizes, into bench/results-full.md. Names choose some, whose tables are only printed.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from bench.server import prepared
from bench.table import Table

NAMES = (
    *("replay", "settlement", "writer", "backlog", "latency"),
    *("close", "pages", "messages", "history", "shelf", "pages_web", "orders", "rerun", "peers"),
    *("simulation", "wine_models", "outlook", "console", "lists"),
)
FOLDER = Path(__file__).parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all without")
    options.add_argument("--full", action="store_true", help="the large sizes")
    chosen = options.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        options.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    with prepared():
        tables = [table for name in chosen.names or NAMES for table in run(name, full=chosen.full)]
    for table in tables:
        print(table.markdown())
    if not chosen.names:
        write(tables, full=chosen.full)


def write(tables: list[Table], *, full: bool) -> None:
    """All tables of a run into the file of its form."""
    form = "long form (`make bench-full`)" if full else "short form (`make bench`)"
    file = FOLDER / ("results-full.md" if full else "results.md")
    file.write_text("\n".join([machine(form), *(table.markdown() for table in tables)]))
    print(f"written: {file}")


def run(name: str, *, full: bool) -> list[Table]:
    """One benchmark in a process of its own, so that its memory is its own too."""
    command = [sys.executable, "-m", f"bench.{name}", "--json", *(["--full"] if full else [])]
    print(f"-- {name}", file=sys.stderr, flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [Table(**table) for table in json.loads(done.stdout.splitlines()[-1])]


def machine(form: str) -> str:
    """The heading: what was measured, on what, when."""
    cpu = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# Results

The {form}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}. Ratios are of one run, because absolute
times drift; fsync and synchronous_commit are on.
[docs/performance.md](../docs/performance.md) explains each table.

- {os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, {platform.system()} {platform.release()}
- Python {platform.python_version()}, the embedded PostgreSQL 18
"""


if __name__ == "__main__":
    main()
