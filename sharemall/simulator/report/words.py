"""The report's sentences in both languages, from words.toml. A report is made without Django, in
the language of its flag, so these texts have a catalogue of their own."""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FILE = Path(__file__).with_name("words.toml")


class Words:
    """The sentences in one language: `words("page.estimate")`, with values by name."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"the report is written in {' or '.join(LANGUAGES)}, not {language!r}")
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of this key; raises KeyError if there is none."""
        return _catalogue()[key][self.language].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in _catalogue()

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return "zh-Hans" if self.language == "zh" else "en"


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    """Every sentence by "table.key"."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": texts
        for table, sentences in tables.items()
        for key, texts in sentences.items()
    }
