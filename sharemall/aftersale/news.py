"""What members are told of their cases: every step that was not their own."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sharemall.aftersale.models import Case, Step
from sharemall.brand.selectors import BrandView
from sharemall.figures import fen
from sharemall.language import in_language
from sharemall.messages import services as messages
from sharemall.messages.kinds import Facts, Group, Kind, add

Action = Step.Action

TITLES = {
    Action.ACCEPTED: gettext_lazy("After-sale accepted"),
    Action.DECLINED: gettext_lazy("After-sale declined"),
    Action.GRANTED: gettext_lazy("The platform decided for you"),
    Action.RESENT: gettext_lazy("A replacement is on its way"),
    Action.REFUNDED: gettext_lazy("Refunded"),
    Action.EXCHANGED: gettext_lazy("Exchange finished"),
    Action.CLOSED: gettext_lazy("After-sale closed"),
}


def _text(facts: Facts, brand: BrandView) -> str:
    name = in_language(facts["name_zh"], facts["name_en"])
    if facts["refunded_fen"]:
        text = _("%(name)s: %(amount)s was refunded.")
        return text % {"name": name, "amount": fen(facts["refunded_fen"])}
    return _("%(name)s: look at the case to see what comes next.") % {"name": name}


def make_known() -> None:
    """Add the kinds of after-sale to those of messages."""
    add(
        *(
            Kind(f"case_{action}", Group.AFTERSALE, "rotate-ccw", title, _text, "wechat_orders")
            for action, title in TITLES.items()
        )
    )


def tell(case: Case, step: Step, now: datetime) -> None:
    """Tell the member of a step, in the step's transaction."""
    if step.actor == Step.Actor.MEMBER or step.action not in TITLES:
        return
    messages.send(
        member_id=case.member_id,
        kind=f"case_{step.action}",
        key=f"case-{step.pk}",
        facts={
            "name_zh": case.line.name_zh,
            "name_en": case.line.name_en,
            "refunded_fen": case.refunded_fen,
        },
        link=f"/me/after-sale/{case.no}/",
        now=now,
    )
