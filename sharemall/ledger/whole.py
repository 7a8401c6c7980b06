"""The whole state at once, as the engine holds it: what a look ahead begins with."""

from django.db import connection
from django.db.backends.utils import CursorWrapper

from sharemall.engine.state import Accounts, MemberRow, State
from sharemall.ledger import books, selectors
from sharemall.ledger import models as rows
from sharemall.ledger.columns import CASH, QUOTA
from sharemall.ledger.moment import one_moment

EVERYBODY = f"""
SELECT substr(a.key, 3), b.share_micro, {QUOTA}, {CASH}, b.coin_micro, b.dividends_micro, b.level
FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
WHERE b.is_member = %s ORDER BY b.account_id
"""


def whole_state() -> tuple[State, int]:
    """Every account, the pool and the schemes of one moment, and the journal's position there.

    The state is complete and the caller's own; its closed days are left out. A million members
    take some hundred megabytes. Raises LedgerClosed.
    """
    with one_moment(), connection.cursor() as cursor:
        row = rows.Pool.objects.first()
        if row is None:
            raise selectors.LedgerClosed
        texts = rows.SchemeVersion.objects.order_by("version").values_list("toml", flat=True)
        schemes = [selectors.parsed_scheme(text) for text in texts]
        state = State(books.pool_of(row), schemes, complete=True)
        _put(cursor, state.members, is_member=True)
        _put(cursor, state.merchants, is_member=False)
        return state, row.position


def _put(cursor: CursorWrapper, accounts: Accounts, *, is_member: bool) -> None:
    cursor.execute(EVERYBODY, [is_member])
    for name, *balances in cursor:
        accounts.put(name, MemberRow(*balances))
