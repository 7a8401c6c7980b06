"""Opening an empty ledger with its first scheme."""

from django.db import transaction

from sharemall.engine.scheme import parse_scheme
from sharemall.ledger import selectors
from sharemall.ledger.models import Account, Pool, SchemeVersion
from sharemall.ledger.reasons import POOL_ACCOUNTS


class AlreadyOpen(Exception):
    """This database has a ledger already; a scheme changes by a set_scheme event."""


@transaction.atomic
def open_ledger(scheme_toml: str) -> None:
    """Open the ledger under this scheme file. Raises SchemeError or AlreadyOpen."""
    parse_scheme(scheme_toml)
    if Pool.objects.exists():
        raise AlreadyOpen
    selectors.scheme_of.cache_clear()
    SchemeVersion.objects.create(version=1, toml=scheme_toml, position=0)
    Account.objects.bulk_create(
        Account(id=number, key=key) for number, key in enumerate(POOL_ACCOUNTS, 1)
    )
    Pool.objects.create(
        hash=bytes(32),
        accounts=len(POOL_ACCOUNTS),
        honor_carry_micro=[0] * 10,
        level_counts=[0] * 11,
    )
