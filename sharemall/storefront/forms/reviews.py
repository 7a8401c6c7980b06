"""A review as it is written, and why one is not taken."""

from django.http import QueryDict
from django.utils.translation import gettext

from sharemall.reviews.models import MOST_CHARACTERS, MOST_PICTURES
from sharemall.reviews.services import Refusal
from sharemall.storefront.requests import number

MOST_BYTES = 8_000_000  # of one picture


def stars_of(given: QueryDict) -> int:
    """One to five; 0 if none was chosen."""
    return number(given.get("stars")) or 0


def sentence(refusal: Refusal) -> str:
    """Why a review was not written, in the language of the page."""
    match refusal:
        case Refusal.BAD_STARS:
            return gettext("Choose one to five stars.")
        case Refusal.TOO_LONG:
            most = gettext("A review can have at most %(most)s characters.")
            return most % {"most": MOST_CHARACTERS}
        case Refusal.TOO_MANY_PICTURES:
            most = gettext("A review can have at most %(most)s pictures.")
            return most % {"most": MOST_PICTURES}
        case Refusal.NOT_COMPLETED:
            return gettext("You can review it once the order is completed.")
        case Refusal.WRITTEN_ALREADY:
            return gettext("You have reviewed it already.")
