"""`init`: an empty mall, with its owner, its brand and its scheme."""

import os
import sys
from pathlib import Path

import typer

from sharemall.cli import place
from sharemall.cli.errors import BadInput, Refused

PASSWORD = "SHAREMALL_OWNER_PASSWORD"  # noqa: S105 (the name of a variable, not a password)
ASKED = {
    "name_zh": "The mall's name in Chinese",
    "name_en": "The mall's name in English",
    "primary": "Main colour",
    "shares_zh": "What shares are called",
    "coins_zh": "What coins are called",
    "quota_zh": "What the quota is called",
}


def found(
    *,
    scheme_path: Path | None,
    phone: str | None,
    logo_path: Path | None,
    texts: dict[str, str | None],
) -> None:
    """Make the mall, or nothing of it; asks at a terminal for what is not given."""
    _migrate()
    scheme = _scheme(scheme_path)
    phone = _phone(phone)
    password = _password()
    given = _texts(texts)
    _make(scheme=scheme, phone=phone, password=password, logo_path=logo_path, texts=given)
    print("The mall is made: `sharemall serve` serves it.")  # noqa: T201


def _migrate() -> None:
    place.connect()
    if place.pending_migrations():
        place.migrate_apart()
    from sharemall.ledger.models import Pool
    from sharemall.members.models import Member

    if Pool.objects.exists() or Member.objects.exists():
        raise Refused("this database has a mall already: set SHAREMALL_DATA or DATABASE_URL")


def _make(
    *, scheme: str, phone: str, password: str, logo_path: Path | None, texts: dict[str, str]
) -> None:
    from django.db import transaction
    from django.utils import translation

    from sharemall.brand.services import save_brand
    from sharemall.clock.services import now
    from sharemall.ledger.opening import open_ledger
    from sharemall.members.services import register
    from sharemall.office.models import Role
    from sharemall.office.services import give_role

    with transaction.atomic():
        open_ledger(scheme)
        with translation.override("en"):  # what is refused is told in the terminal's language
            save_brand(logo=logo_path.read_bytes() if logo_path else None, revision=None, **texts)
        owner = register(phone=phone, password=password, name=texts.get("name_zh", "店主"))
        give_role(member=owner, role=Role.OWNER, by=None, now=now())


def _scheme(path: Path | None) -> str:
    from sharemall.engine.scheme import parse_scheme

    path = path or Path(_ask("scheme", "The scheme file"))
    text = path.read_text(encoding="utf-8")
    parse_scheme(text)
    return text


def _phone(given: str | None) -> str:
    from django.core.exceptions import ValidationError

    from sharemall.members.models import PHONE

    phone = given or _ask("phone", "The owner's phone number")
    try:
        PHONE(phone)
    except ValidationError:
        raise BadInput(
            f"{phone!r} is no mobile number of the mainland: 11 digits from 13"
        ) from None
    return phone


def _password() -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    password = os.environ.get(PASSWORD) or _ask_secretly()
    try:
        with translation.override("en"):
            validate_password(password)
    except ValidationError as error:
        raise BadInput(f"the password is too weak: {' '.join(error.messages)}") from None
    return password


def _texts(texts: dict[str, str | None]) -> dict[str, str]:
    from sharemall.brand.models import Brand

    given = {field: text for field, text in texts.items() if text is not None}
    if sys.stdin.isatty():
        for field, question in ASKED.items():
            if field not in given:
                given[field] = typer.prompt(question, default=getattr(Brand(), field))
    return given


def _ask(option: str, question: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput(f"--{option} is missing: give it, or run this at a terminal to be asked")
    return str(typer.prompt(question))


def _ask_secretly() -> str:
    if not sys.stdin.isatty():
        raise BadInput(f"the owner's password is missing: set {PASSWORD}, or run at a terminal")
    return str(typer.prompt("The owner's password", hide_input=True, confirmation_prompt=True))
