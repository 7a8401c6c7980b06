"""The form that asks for after-sale, and where each refusal is said."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext

from sharemall.aftersale import words
from sharemall.aftersale.refusals import Refusal, Refused
from sharemall.aftersale.selectors import Offer
from sharemall.storefront.forms.paying import fen_of
from sharemall.storefront.requests import number
from sharemall.storefront.templatetags.money import fen

MOST_BYTES = 8_000_000  # of one picture

FIELD_OF = {
    Refusal.BAD_AMOUNT: "amount",
    Refusal.BAD_QUANTITY: "quantity",
    Refusal.BAD_KIND: "kind",
    Refusal.BAD_REASON: "reason",
    Refusal.TOO_LONG: "text",
    Refusal.TOO_MANY_PICTURES: "pictures",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form: `amount` as it was typed, "" asks for all."""

    kind: str
    quantity: int
    amount: str
    reason: str
    text: str
    key: UUID
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def asked_fen(self) -> int | None:
        """The amount; None asks for all that the pieces cost."""
        return fen_of(self.amount) if self.amount else None


def read(given: QueryDict, offer: Offer) -> Draft:
    """The form as it was sent, or as it begins: all pieces, in the first way there is."""
    first = str(offer.kinds[0].value) if offer.kinds else ""
    kind, amount = given.get("kind", first), given.get("amount", "").strip()
    quantity = number(given.get("quantity"))
    faults = {}
    if amount and fen_of(amount) is None:
        faults["amount"] = gettext("Enter an amount in yuan, like 12.50.")
    return Draft(
        kind=kind,
        quantity=offer.left if quantity is None and "quantity" not in given else quantity or 0,
        amount=amount,
        reason=given.get("reason", ""),
        text=given.get("text", ""),
        key=_key(given.get("key", "")),
        faults=faults,
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def fault_of(refused: Refused) -> dict[str, str]:
    """The refusal in a sentence, at the field that it is about; "" for the whole form."""
    return {FIELD_OF.get(refused.refusal, ""): sentence(refused)}


def sentence(refused: Refused) -> str:
    """Why nothing was done, in the language of the page."""
    return words.sentence(refused, fen)
