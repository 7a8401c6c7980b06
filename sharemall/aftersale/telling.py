"""What members are told of their cases: every step that somebody else took."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from sharemall.aftersale.models import Case, Step
from sharemall.brand.selectors import BrandView
from sharemall.figures import fen
from sharemall.language import in_language
from sharemall.messages import services as messages
from sharemall.messages.kinds import Facts, Group, Kind

Action = Step.Action


def tell(step: Step, now: datetime) -> None:
    """Tell the member of a step of another's, in the step's transaction."""
    case = step.case
    # What is only money back comes in the same moment as the answer.
    agreed = step.action in (Action.ACCEPTED, Action.TOOK)
    at_once = agreed and case.kind == Case.Kind.REFUND
    if step.actor == Step.Actor.MEMBER or at_once:
        return
    messages.send(
        member_id=case.member_id,
        kind="case",
        key=f"case-{case.no}-{step.pk}",
        facts={
            "action": step.action,
            "name_zh": case.line.name_zh,
            "name_en": case.line.name_en,
            "refunded_fen": case.refunded_fen,
            "kind": case.kind,
            "offered_quantity": case.offered_quantity,
            "offered_fen": case.offered_fen,
            "is_goodwill": case.is_goodwill,
        },
        link=f"/me/after-sale/{case.no}/",
        now=now,
    )


def _text(facts: Facts, brand: BrandView) -> str:
    sentences = {
        Action.ACCEPTED: _("%(goods)s: the shop agreed. Please send the goods back in time."),
        Action.OFFERED: _offered(facts),
        Action.TOOK: _(
            "%(goods)s: the shop's offer counts as taken. Please send the goods back in time."
        ),
        Action.DECLINED: _("%(goods)s: the shop declined. You may ask the platform to decide."),
        Action.GRANTED: _("%(goods)s: the platform decided for you."),
        Action.RESENT: _("%(goods)s: a replacement is on its way."),
        Action.CONFIRMED: _("%(goods)s: what you sent back has arrived at the shop."),
        Action.NOT_PAID: _("%(goods)s: the shop's balance was too low for the refund."),
        Action.REFUNDED: _refunded(facts),
        Action.EXCHANGED: _("%(goods)s: the exchange is done."),
        Action.CLOSED: _("%(goods)s: the case is closed. It says why."),
    }
    goods = in_language(facts["name_zh"], facts["name_en"])
    return sentences[facts["action"]] % {
        "goods": goods,
        "amount": fen(facts["refunded_fen"]),
        "pieces": facts.get("offered_quantity", 0),
        "offered": fen(facts.get("offered_fen", 0)),
    }


def _offered(facts: Facts) -> str:
    if facts.get("kind") == Case.Kind.EXCHANGE:
        return _(
            "%(goods)s: the shop offers to exchange %(pieces)s of them. Please answer in time."
        )
    return _("%(goods)s: the shop offers %(offered)s. Please answer in time.")


def _refunded(facts: Facts) -> str:
    if facts["is_goodwill"]:
        return _("%(goods)s: the shop paid %(amount)s into your cash balance.")
    return _("%(goods)s: %(amount)s goes back the way it came.")


CASE = Kind(
    "case",
    Group.AFTERSALE,
    "rotate-ccw",
    pgettext_lazy("messages", "News of after-sale"),
    _text,
    "wechat_orders",
)
