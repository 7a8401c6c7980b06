"""Pins every dependency, with hashes and without any index address, to requirements/*.txt."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
COMPILE = [
    *("uv", "pip", "compile", "--quiet", "--upgrade"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
]
MALL = ("pyproject.toml", "--group", "build")
RUNTIME, TEST, PEERS, MODELS = (
    f"requirements/{name}.txt" for name in ("runtime", "test", "peers", "models")
)


def main() -> None:
    """The tests' versions follow the mall's, so that what is tested is what runs.

    So do those of the ledgers that it is measured against, as far as they share packages. The
    modelling library stands alone: it wants a NumPy of before the mall's.
    """
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", UV], check=True)
    pin(*MALL, "-o", RUNTIME)
    pin(*MALL, "--group", "test", "-c", RUNTIME, "-o", TEST)
    pin("--group", "peers", "-c", RUNTIME, "-o", PEERS)
    pin("--group", "models", "-o", MODELS)


def pin(*options: str) -> None:
    """Write one lock."""
    subprocess.run([sys.executable, "-m", *COMPILE, *options], check=True, cwd=PROJECT)


if __name__ == "__main__":
    main()
