"""What members are told of: payments in person, and what happened to the payment password."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharemall.brand.selectors import BrandView
from sharemall.figures import fen
from sharemall.language import in_language
from sharemall.messages import services as messages
from sharemall.messages.kinds import Facts, Group, Kind
from sharemall.till.models import TillPayment, TillRefund


def _paid(facts: Facts, brand: BrandView) -> str:
    return _("You paid %(amount)s to %(merchant)s.") % {
        "amount": fen(facts["amount_fen"]),
        "merchant": in_language(facts["name_zh"], facts["name_en"]),
    }


def _refunded(facts: Facts, brand: BrandView) -> str:
    return _("%(merchant)s gave %(amount)s back to you.") % {
        "amount": fen(facts["amount_fen"]),
        "merchant": in_language(facts["name_zh"], facts["name_en"]),
    }


def _locked(facts: Facts, brand: BrandView) -> str:
    text = _(
        "It was wrong five times. It is locked until %(until)s. If that was not you, change your "
        "sign-in password."
    )
    until = timezone.localtime(datetime.fromisoformat(facts["until"]))
    return text % {"until": f"{until:%Y-%m-%d %H:%M}"}


def _set(facts: Facts, brand: BrandView) -> str:
    return _("It was set anew. If that was not you, change your sign-in password.")


KINDS = (
    Kind("till_paid", Group.ACCOUNT, "store", gettext_lazy("Paid in person"), _paid),
    Kind("till_back", Group.ACCOUNT, "rotate-ccw", gettext_lazy("Given back in person"), _refunded),
    Kind("till_locked", Group.ACCOUNT, "lock", gettext_lazy("Payment password locked"), _locked),
    Kind("till_password", Group.ACCOUNT, "lock", gettext_lazy("Payment password set"), _set),
)


def tell_paid(payment: TillPayment, now: datetime) -> None:
    """The member's receipt."""
    messages.send(
        member_id=payment.member_id,
        kind="till_paid",
        key=f"till-{payment.no}",
        facts={
            "amount_fen": payment.amount_fen,
            "name_zh": payment.merchant.name_zh,
            "name_en": payment.merchant.name_en,
        },
        link=f"/till/payments/{payment.no}/",
        now=now,
    )


def tell_refunded(refund: TillRefund, now: datetime) -> None:
    """The member's receipt of what came back."""
    payment = refund.payment
    messages.send(
        member_id=payment.member_id,
        kind="till_back",
        key=f"till-{payment.no}-r{refund.number}",
        facts={
            "amount_fen": refund.amount_fen,
            "name_zh": payment.merchant.name_zh,
            "name_en": payment.merchant.name_en,
        },
        link=f"/till/payments/{payment.no}/",
        now=now,
    )


def tell_locked(member_id: int, until: datetime, now: datetime) -> None:
    """The payment password was wrong too often."""
    messages.send(
        member_id=member_id,
        kind="till_locked",
        key=f"till-locked-{now.isoformat()}",
        facts={"until": until.isoformat()},
        link="/wallet/password/",
        now=now,
    )


def tell_set(member_id: int, now: datetime) -> None:
    """The payment password was set or changed."""
    messages.send(
        member_id=member_id,
        kind="till_password",
        key=f"till-password-{now.isoformat()}",
        link="/wallet/password/",
        now=now,
    )
