"""A payment in person under its lock (docs/locking.md)."""

from typing import Any

from sharemall.till.models import TillPayment


def locked(**where: Any) -> TillPayment:
    """The payment, locked; member and merchant unlocked. Raises TillPayment.DoesNotExist."""
    found = TillPayment.objects.select_for_update(of=("self",))
    return found.select_related("member", "merchant").get(**where)
