"""The sentences for what the order services refuse."""

from django.utils.translation import gettext, ngettext

from sharemall.orders.refusals import Refusal, Refused
from sharemall.storefront.templatetags.money import fen


def sentence(refused: Refused) -> str:
    """Why nothing was done, in the language of the page."""
    return _of_goods(refused) or _of_orders(refused)


def _of_goods(refused: Refused) -> str:
    """Of what cannot be bought as it was asked for; "" for every other reason."""
    facts = {"name": "", **refused.facts}
    match refused.refusal:
        case Refusal.NOT_ON_SALE if facts["name"]:
            return gettext("%(name)s is not on sale any more.") % facts
        case Refusal.NOT_ON_SALE:
            return gettext("This is not on sale any more.")
        case Refusal.BAD_QUANTITY:
            return gettext("An order can hold between 1 and %(most)s of this.") % facts
        case Refusal.OUT_OF_STOCK:
            return _left(int(facts["left"]), str(facts["name"]))
        case Refusal.LIMIT if facts.get("bought"):
            text = gettext(
                "%(name)s: at most %(most)s for each member, and you have ordered %(bought)s."
            )
            return text % facts
        case Refusal.LIMIT:
            return gettext("%(name)s: at most %(most)s for each member.") % facts
        case Refusal.PRICE_CHANGED:
            price = fen(int(facts["price_fen"]))
            text = gettext("The price of %(name)s is %(price)s now. Nothing was ordered.")
            return text % {**facts, "price": price}
        case Refusal.NOT_SENT_THERE:
            return gettext("%(name)s is not sent to this address.") % facts
        case Refusal.TOO_MANY:
            return gettext("A cart holds at most %(most)s different things.") % facts
    return ""


def _left(left: int, name: str) -> str:
    if left <= 0:
        return gettext("%(name)s is sold out.") % {"name": name} if name else gettext("Sold out.")
    if not name:
        only = ngettext("Only %(left)s is left.", "Only %(left)s are left.", left)
        return only % {"left": left}
    only = ngettext("%(name)s: only %(left)s is left.", "%(name)s: only %(left)s are left.", left)
    return only % {"left": left, "name": name}


def _of_orders(refused: Refused) -> str:
    """Of what cannot be done with the order or its payment."""
    match refused.refusal:
        case Refusal.KEY_USED:
            return gettext(
                "This form was sent before, and order %(order)s was placed. "
                "Send it again to place another order."
            ) % {"order": refused.facts["order"]}
        case Refusal.EMPTY:
            return gettext("Nothing is chosen. Nothing was ordered.")
        case Refusal.QUOTE_CHANGED:
            return gettext(
                "Something has changed since you saw this page. Nothing was ordered; "
                "please look again."
            )
        case Refusal.NO_ADDRESS:
            return gettext("Choose an address first.")
        case Refusal.COUPON_GONE:
            return gettext("A coupon can no longer be used. The sums were worked out anew.")
        case Refusal.NOTE_NEEDED:
            return gettext("Please confirm that you have read the note on risk.")
        case Refusal.WRONG_STATE:
            return gettext("The order has moved on meanwhile; that is no longer possible.")
    return _of_paying(refused)


def _of_paying(refused: Refused) -> str:
    """Of what cannot be paid as it was asked for."""
    left = {"left": fen(int(refused.facts.get("left_fen", 0)))}
    match refused.refusal:
        case Refusal.EXPIRED:
            return gettext("The time for paying is over; the order is being closed.")
        case Refusal.BAD_PLAN:
            return gettext("The amounts do not fit what is to be paid. Nothing was taken.")
        case Refusal.PLAN_MOVING:
            return gettext("Your wallet is still paying its part. Please wait a moment.")
        case Refusal.TOO_FEW_COINS:
            return gettext("You can pay at most %(left)s with coins. Nothing was taken.") % left
        case Refusal.TOO_LITTLE_BALANCE:
            return gettext("Your cash balance is only %(left)s. Nothing was taken.") % left
        case Refusal.TOO_FEW_SHARES:
            return gettext("Selling all of them would not bring so much. Nothing was sold.")
        case Refusal.MORE_SHARES:
            return gettext(
                "The price has moved: it takes a little more now. Nothing was sold; "
                "please look again."
            )
        case Refusal.NO_PROVIDER:
            return gettext("Choose who takes the rest of the payment.")
        case Refusal.PROVIDER_AWAY:
            return gettext("The provider does not answer. Try again, or choose another one.")
        case Refusal.BAD_PARCEL:
            return gettext("Carrier or number is missing or too long.")
    return gettext("That is not possible at the moment. Nothing was changed.")
