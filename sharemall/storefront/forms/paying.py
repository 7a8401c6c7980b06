"""The cashier's form: by which means, and how much by each."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sharemall.figures import decimals
from sharemall.payments.wallet import Means, Plan
from sharemall.storefront.requests import number

YUAN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?")
WALLET = ("coins", "balance", "shares")

# Why the journal refused the wallet's part.
CODES = {
    "sold_for_less": _(
        "The rules changed at that moment, and your points sold for less than was shown. "
        "What they brought is in your balance."
    ),
    "insufficient_coins": _("You no longer hold as many coins as you wanted to pay with."),
    "insufficient_cash": _("Your cash balance is no longer as large as you wanted to pay with."),
    "insufficient_shares": _("You no longer hold as many points as had to be sold."),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form: amounts in fen, the provider with its way, and what is wrong."""

    coins_fen: int = 0
    balance_fen: int = 0
    shares_fen: int = 0
    provider: str = ""
    way: str = ""
    agreed: bool = False
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def wallet_fen(self) -> int:
        """What the wallet would pay."""
        return self.coins_fen + self.balance_fen + self.shares_fen

    def plan(self, most_shares_micro: int | None) -> Plan:
        """The plan for the service."""
        return Plan(
            coins_fen=self.coins_fen,
            balance_fen=self.balance_fen,
            shares_fen=self.shares_fen,
            provider=self.provider,
            way=self.way,
            most_shares_micro=most_shares_micro,
        )


def fen_of(text: str) -> int | None:
    """An amount in yuan as people type it, in fen; nothing is 0, None is no amount."""
    text = text.strip().removeprefix("¥").replace(",", "")
    if not text:
        return 0
    found = YUAN.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None


def yuan_of(amount_fen: int) -> str:
    """An amount for an input: plain digits; "" for nothing."""
    return decimals(amount_fen, 100, 2).replace(",", "") if amount_fen else ""


def read(given: QueryDict, means: Means, amount_fen: int) -> Draft:
    """The form as it was sent, with a sentence for every amount that cannot be."""
    amounts, faults = {}, {}
    for name in WALLET:
        typed = fen_of(given.get(name, ""))
        amounts[name] = typed or 0
        held_fen = getattr(means, f"{name}_fen")
        if typed is None:
            faults[name] = gettext("Enter an amount in yuan, like 12.50.")
        elif typed > held_fen:
            most = gettext("You can pay at most %(most)s with this.")
            faults[name] = most % {"most": yuan_of(held_fen) or "0"}
    provider, _mark, way = given.get("way", "").partition(":")
    draft = Draft(
        coins_fen=amounts["coins"],
        balance_fen=amounts["balance"],
        shares_fen=amounts["shares"],
        provider=provider[:20],
        way=way[:20],
        agreed=given.get("agreed") == "yes",
        faults=faults,
    )
    if not faults and draft.wallet_fen > amount_fen:
        more = gettext("That is more than there is to pay. Lower an amount.")
        return replace(draft, faults={"all": more})
    return draft


def fill(draft: Draft, name: str, means: Means, amount_fen: int) -> Draft:
    """As much as possible by one means, behind what the others pay."""
    if name not in WALLET:
        return draft
    key = f"{name}_fen"
    rest = amount_fen - (draft.wallet_fen - getattr(draft, key))
    faults = {one: text for one, text in draft.faults.items() if one not in (name, "all")}
    amount = max(0, min(rest, getattr(means, key)))
    return replace(draft, **{key: amount}, faults=faults)


def with_fault(draft: Draft, name: str, text: str) -> Draft:
    """The same, with something wrong at one place."""
    return replace(draft, faults={**draft.faults, name: text})


def key_of(given: QueryDict) -> UUID:
    """The key of this one form; a new one where it has none that can be read."""
    try:
        return UUID(given.get("key", ""))
    except ValueError:
        return uuid4()


def shown_shares(given: QueryDict) -> int | None:
    """How many micro-shares the member was shown that are sold."""
    return number(given.get("shares_micro"))


def password_of(given: QueryDict) -> str:
    """The payment password as it was typed; full-width digits are meant alike."""
    return unicodedata.normalize("NFKC", given.get("payment_password", "")[:20])


def reason(code: str) -> str:
    """Why the journal refused the wallet's part, in a sentence."""
    return str(CODES.get(code, _("The books did not accept it.")))
