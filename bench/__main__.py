"""`make bench`: all parts, or those that are named, and one table."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from bench import directory, engine, pages
from bench.table import Line, table

PARTS: Mapping[str, Callable[[], Iterator[Line]]] = {
    "engine": lambda: (line for database in ("SQLite", "PostgreSQL") for line in engine.measure(database)),
    "directory": directory.measure,
    "pages": lambda: pages.measure("PostgreSQL"),
    "orders": lambda: pages.measure("SQLite", all_cases=1000, requests=50),
}


def main(names: list[str]) -> int:
    unknown = set(names) - PARTS.keys()
    if unknown:
        print(f"there is no part {', '.join(sorted(unknown))}: {', '.join(PARTS)}", file=sys.stderr)
        return 2
    lines: list[Line] = []
    for name in names or PARTS:
        began = time.monotonic()
        found = list(PARTS[name]())
        load = os.getloadavg()[0]
        print(f"{name}: {time.monotonic() - began:.0f} s, load {load:.1f} on {os.cpu_count()} cores")
        print(table(found), flush=True)  # who stops it has what there is
        lines += found
    print("", table(lines), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
