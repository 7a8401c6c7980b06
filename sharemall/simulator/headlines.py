"""A run in words: what happened to the members and to the company, without a promise."""

from sharemall.simulator.results import Run


def headlines(run: Run, language: str = "en") -> list[str]:
    """Sentences about the run, the most important first; `language` is "en" or "zh-hans"."""
    raise NotImplementedError
