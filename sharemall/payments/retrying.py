"""A refund that the provider refused, once more, when somebody has looked at it."""

from datetime import datetime

from sharemall.payments.models import Refund


def try_again(*, no: str, now: datetime) -> bool:
    """Let the worker send a failed refund once more; False unless it had failed.

    Its number stays, so that the provider moves the money once. One conditional UPDATE: of two
    calls at once one finds nothing to do.
    """
    failed = Refund.objects.filter(no=no, status=Refund.Status.FAILED)
    changed = failed.update(status=Refund.Status.WAITING, tries=0, next_try_at=now, fault="")
    return bool(changed)
