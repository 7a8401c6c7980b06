"""The study's numbers as files: exact integers, as CSV and as Parquet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sharemall.simulator.outcome import Outcome
from sharemall.simulator.results import PARTS, QUANTILES, Column
from sharemall.simulator.study import Study

if TYPE_CHECKING:
    from pyarrow import Table


def write_tables(study: Study, folder: Path) -> list[Path]:
    """days, cohorts, runs and, where there is one, the grid; each in both formats."""
    tables = {
        "days": _stacked(study.outcomes, lambda run: _dated(run, study)),
        "cohorts": _stacked(study.outcomes, lambda run: run.cohorts),
        "runs": _table([_row(run) for run in study.outcomes]),
    }
    if study.grid is not None:
        rows = study.grid.rows
        tables["grid"] = _table(
            [
                {
                    study.grid.columns.key: study.grid.columns.values[column],
                    **({rows.key: rows.values[row]} if rows else {}),
                    **_row(run),
                    "holds": run.complete and run.figures.holds(study.grid.target),
                }
                for row, cells in enumerate(study.grid.cells)
                for column, cell in enumerate(cells)
                for run in cell
            ]
        )
    paths = []
    for name, table in tables.items():
        if table is not None:
            paths += _write(table, folder / name, study)
    return paths


def _dated(run: Outcome, study: Study) -> Mapping[str, Column]:
    first = np.datetime64(study.scenario.start, "D")
    return {"date": first + run.days["day"].astype("timedelta64[D]"), **run.days}


def _stacked(
    outcomes: Sequence[Outcome], columns: Callable[[Outcome], Mapping[str, Column]]
) -> "Table | None":
    """The same columns of every run below each other, with the seed before them."""
    import pyarrow

    parts = []
    for run in outcomes:
        found = columns(run)
        length = len(next(iter(found.values())))
        named = {"seed": np.full(length, run.seed, np.int64), **found}
        parts.append(pyarrow.table({name: _days(column) for name, column in named.items()}))
    return pyarrow.concat_tables(parts) if parts else None


def _days(column: Column) -> Column:
    """Months as their first day: Arrow knows no months."""
    return column.astype("datetime64[D]") if column.dtype.kind == "M" else column


def _row(run: Outcome) -> dict[str, object]:
    """A run's figures as one row."""
    figures = asdict(run.figures)
    spread = {
        "returned": QUANTILES,
        "with_holding": QUANTILES,
        "reached": PARTS,
    }
    flat = {name: value for name, value in figures.items() if name not in spread}
    for name, numbers in spread.items():
        flat |= {f"{name}_{n}": part for n, part in zip(numbers, figures[name], strict=True)}
    return {"seed": run.seed, "complete": run.complete, "checks": run.checks, **flat}


def _table(rows: Iterable[dict[str, object]]) -> "Table | None":
    import pyarrow

    found = list(rows)
    return pyarrow.Table.from_pylist(found) if found else None


def _write(table: "Table", path: Path, study: Study) -> list[Path]:
    from pyarrow import csv, parquet

    told = {"complete": str(study.complete).lower(), "scenario": study.scenario.name}
    table = table.replace_schema_metadata(told)
    paths = [path.with_suffix(".csv"), path.with_suffix(".parquet")]
    csv.write_csv(table, paths[0])
    parquet.write_table(table, paths[1], compression="zstd")
    return paths
