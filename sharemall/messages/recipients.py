"""Which members the ledger's accounts are of."""

from collections.abc import Sequence

from django.db import connection

# Apart, since accounts and members may lie on two machines; and each by its own index: joined, the
# planner reads all members for every part of a walk.
_KEYS = "SELECT id, substr(key, 3) FROM ledger_account WHERE id = ANY(%s) AND key LIKE 'm:%%'"
_MEMBERS = "SELECT account, id FROM members_member WHERE account = ANY(%s) AND is_active"


def recipients(account_ids: Sequence[int]) -> dict[int, int]:
    """The members behind these accounts, by the account's number; who is locked is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [list(account_ids)])
        keys = dict(cursor.fetchall())
        cursor.execute(_MEMBERS, [list(keys.values())])
        members = dict(cursor.fetchall())
    return {number: members[key] for number, key in keys.items() if key in members}
