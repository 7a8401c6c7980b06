"""The sentences for what the till refuses, for members and for staff alike."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from sharemall.figures import fen
from sharemall.till.refusals import Refusal, Refused


def sentence(refused: Refused) -> str:
    """Why nothing was done, in the language of the page."""
    return _of_password(refused) or _of_code(refused) or _of_payment(refused)


def _of_password(refused: Refused) -> str:
    facts = refused.facts
    match refused.refusal:
        case Refusal.NO_PASSWORD:
            return gettext("You have no payment password yet. Set one first.")
        case Refusal.WRONG_PASSWORD:
            left = int(str(facts["left"]))
            text = ngettext(
                "The payment password is wrong. Nothing was paid. One more try is left.",
                "The payment password is wrong. Nothing was paid. %(left)s more tries are left.",
                left,
            )
            return text % {"left": left}
        case Refusal.LOCKED:
            text = gettext(
                "The payment password was wrong too often. It is locked until %(until)s. "
                "Nothing was paid."
            )
            until = facts["until"]
            assert isinstance(until, datetime)
            return text % {"until": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"}
        case Refusal.NO_DIGITS:
            return gettext("A payment password is six digits.")
        case Refusal.EASY:
            return gettext(
                "That is guessed too easily. Take no row of digits and no part of your "
                "phone number."
            )
        case Refusal.WRONG_SIGN_IN:
            return gettext("Your sign-in password is wrong. Nothing was changed.")
        case Refusal.SIGN_IN_RESTS:
            text = gettext(
                "The sign-in password was wrong too often. Try again in %(minutes)s minutes."
            )
            return text % facts
    return ""


def _of_code(refused: Refused) -> str:
    match refused.refusal:
        case Refusal.UNKNOWN_CODE:
            return gettext("This is no payment code of this mall. Read it again.")
        case Refusal.CODE_USED:
            return gettext("This code was used already. Ask for a new one.")
        case Refusal.CODE_EXPIRED:
            return gettext("This code is too old. Ask for a new one.")
    return ""


def _of_payment(refused: Refused) -> str:
    facts = refused.facts
    match refused.refusal:
        case Refusal.SHOP_CLOSED:
            return gettext("This shop is not open.")
        case Refusal.BAD_AMOUNT:
            return gettext("Enter an amount above 0 and up to %(most)s.") % _yuan(facts["most_fen"])
        case Refusal.KEY_USED:
            return gettext("This form was sent before, for something else. Load the page again.")
        case Refusal.EXPIRED:
            return gettext("The time to confirm is over. Nothing was paid; ask for a new payment.")
        case Refusal.ENDED:
            return gettext("This payment has ended already. Nothing was changed.")
        case Refusal.NOT_PAID:
            return gettext("Only what was paid can be given back.")
        case Refusal.NOTHING_LEFT:
            return gettext("All of it was given back already.")
        case Refusal.REFUNDING:
            return gettext("A refund of this payment is on its way. Wait for its end.")
        case Refusal.NO_COINS_HERE:
            return gettext("Only the mall's own shop takes coins. Nothing was paid.")
        case Refusal.TOO_FEW_COINS:
            text = gettext("You can pay at most %(most)s with coins. Nothing was paid.")
            return text % _yuan(facts["left_fen"])
        case Refusal.TOO_LITTLE_BALANCE:
            text = gettext("Your cash balance is only %(most)s. Nothing was paid.")
            return text % _yuan(facts["left_fen"])
    return gettext("That is not possible at the moment. Nothing was changed.")


def _yuan(amount_fen: object) -> dict[str, str]:
    return {"most": fen(int(str(amount_fen)))}
