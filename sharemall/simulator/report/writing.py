"""A study's folder: the report, the pictures, the tables, and a mark where it is not complete."""

from collections.abc import Mapping
from pathlib import Path

from sharemall.simulator.report.overview import overview
from sharemall.simulator.report.page import page
from sharemall.simulator.report.pictures import write_pictures
from sharemall.simulator.report.tables import write_tables
from sharemall.simulator.report.words import Words
from sharemall.simulator.study import Study

REPORT = "report.html"
OVERVIEW = "index.html"
PICTURES = "pictures"
MARK = "INCOMPLETE.txt"


def write_study(study: Study, folder: Path, language: str) -> Path:
    """Writes everything about a study into `folder`; returns the path of the report.

    Of an earlier study in the same folder nothing stays that this one does not have.
    """
    words = Words(language)
    pictures = folder / PICTURES
    pictures.mkdir(parents=True, exist_ok=True)
    for old in [*pictures.glob("*.png"), *folder.glob("grid.*"), folder / MARK]:
        old.unlink(missing_ok=True)
    report = folder / REPORT
    report.write_text(page(study, words), encoding="utf-8")
    write_tables(study, folder)
    write_pictures(study, pictures, words)
    if not study.complete:
        text = f"{words('page.incomplete')} {words('page.incomplete_more')}\n"
        (folder / MARK).write_text(text, encoding="utf-8")
    return report


def write_overview(
    studies: Mapping[str, Study], folder: Path, language: str, *, complete: bool
) -> Path:
    """Writes the page that leads to these studies' reports; returns its path.

    `studies` are named by the address of their report. Not `complete`: others were to follow.
    """
    path = folder / OVERVIEW
    path.write_text(overview(studies, Words(language), complete=complete), encoding="utf-8")
    return path
