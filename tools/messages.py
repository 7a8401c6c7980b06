"""Compiles the translations; with --check, names every text of the mall that has no Chinese."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "sharemall"
KEYWORDS = dict.fromkeys(
    [
        *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
        *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
    ]
)
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# What Django's templatize makes of a template: the calls, with everything else crossed out.
CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")

Text = tuple[str | None, str]  # context, (singular) text


def catalogues() -> dict[Path, Catalog]:
    """Every .po file of the mall, read."""
    found = {}
    for path in sorted(PACKAGE.glob("locale/*/*/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            found[path] = read_po(file, locale=path.parts[-3], abort_invalid=True)
    return found


def compile_all() -> None:
    """Writes each .mo file beside its .po file, if it is not the same already."""
    for path, catalogue in catalogues().items():
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != compiled.getvalue():
            target.write_bytes(compiled.getvalue())


def faults() -> list[str]:
    """One line for each text that Chinese lacks and each translation that is not sure."""
    known: set[Text] = set()
    found = []
    for path, catalogue in catalogues().items():
        for message in filter(lambda message: message.id, catalogue):
            if message.fuzzy or not _translated(message):
                found.append(f"{_short(path)}: no translation of {message.id!r}")
            known.add((message.context, _singular(message)))
    used = dict(_used())
    found += [f"{used[text]}: no Chinese for {text[1]!r}" for text in used if text not in known]
    return found


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings)


def _singular(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, list | tuple) else message.id)


def _short(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def _used() -> Iterator[tuple[Text, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path)
    for pattern in ("*.html", "*.txt"):
        for path in sorted(PACKAGE.rglob(f"templates/**/{pattern}")):
            yield from _in_template(path)


def _in_python(path: Path) -> Iterator[tuple[Text, str]]:
    with path.open("rb") as file:
        for line, function, texts, _ in extract_python(file, KEYWORDS, [], {}):
            arguments = [texts] if isinstance(texts, str) else list(texts or [])
            if arguments and arguments[0]:
                yield _text(str(function), list(map(str, arguments))), f"{_short(path)}:{line}"


def _in_template(path: Path) -> Iterator[tuple[Text, str]]:
    from django.utils.translation.template import templatize

    for call in CALL.finditer(templatize(path.read_text(), origin=str(path))):
        arguments = ast.literal_eval(f"[{call[2]}]")
        yield _text(call[1], arguments), _short(path)


def _text(function: str, arguments: list[str]) -> Text:
    if "pgettext" in function:
        return arguments[0], arguments[1]
    return None, arguments[0]


def main() -> None:
    """Compiles always: the check needs nothing else, and the tests read the compiled files."""
    compile_all()
    if "--check" in sys.argv:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "django.conf.global_settings")
        found = faults()
        sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
