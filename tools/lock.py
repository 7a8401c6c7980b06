"""Pins every dependency, with hashes and without any index address, to requirements/*.txt."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--upgrade"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
    *("--group", "build"),
]


def main() -> None:
    """The tests' versions follow the mall's, so that what is tested is what runs."""
    python = [sys.executable, "-m"]
    subprocess.run([*python, "pip", "install", "--quiet", UV], check=True)
    runtime, test = "requirements/runtime.txt", "requirements/test.txt"
    subprocess.run([*python, *COMPILE, "-o", runtime], check=True, cwd=PROJECT)
    subprocess.run(
        [*python, *COMPILE, "--group", "test", "-c", runtime, "-o", test], check=True, cwd=PROJECT
    )


if __name__ == "__main__":
    main()
