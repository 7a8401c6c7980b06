"""The engine's arithmetic is exact, and it depends on nothing of ours."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sharemall.engine

FILES = sorted(Path(sharemall.engine.__file__).parent.glob("*.py"))
INEXACT = {"float", "Decimal", "decimal", "fractions", "Fraction", "math", "round", "complex"}
INEXACT |= {"divide", "true_divide", "mean", "average", "float16", "float32", "float64", "sqrt"}


def faults(tree: ast.AST) -> Iterator[str]:
    """What is not exact integer arithmetic in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"line {node.lineno}: true division"
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"line {node.lineno}: {node.value}"
        name = getattr(node, "id", getattr(node, "attr", getattr(node, "module", None)))
        names = {name} | {
            alias.name for alias in getattr(node, "names", ()) if name is None or name
        }
        if isinstance(node, ast.Name | ast.Attribute | ast.Import | ast.ImportFrom):
            for inexact in names & INEXACT:
                yield f"line {node.lineno}: {inexact}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_arithmetic_is_in_integers(path: Path) -> None:
    assert list(faults(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    [
        "a = b / c",
        "a /= b",
        "a = 0.5",
        "a = float(b)",
        "import decimal",
        "x.mean()",
        "import math",
        "from decimal import Decimal",
        "np.float64",
        "from fractions import Fraction",
        "round(1)",
    ],
)
def test_inexact_arithmetic_would_be_found(text: str) -> None:
    assert list(faults(ast.parse(text)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_engine_needs_only_itself_the_standard_library_and_numpy(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            ours = module.startswith("sharemall.engine")
            assert ours or module.partition(".")[0] in {*sys.stdlib_module_names, "numpy"}


def test_the_rooms_files_and_functions_stay_small() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 400
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno is not None
                assert node.end_lineno - node.lineno < 70
