"""Words that shoppers are never shown: promises, and stocks while there is no conversion."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from sharemall.compliance import claims

# Never shown to consumers while stock conversion is off, and nothing here can switch it on. That
# goods are in stock, or out of it, is another word.
STOCK_WORDS = re.compile(
    r"股票|股权|股權|(?<![a-z])(?<!in )(?<!out of )(?:ipo|stocks?)(?![a-z])", re.IGNORECASE
)


def faults(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What may not be said, in sentences that name the word, by the texts' names.

    Empty if all is fine. One query, and another one for each text where there is a claim.
    """
    # All of them first, on lines of their own: as a rule there is nothing.
    has_claims = bool(claims.check("\n".join(texts.values())))
    found = {name: _faults(text, has_claims) for name, text in texts.items()}
    return {name: sentences for name, sentences in found.items() if sentences}


def _faults(text: str, look_for_claims: bool) -> list[str]:
    words = dict.fromkeys(found[0] for found in STOCK_WORDS.finditer(text))
    told = [
        _("“%(word)s” may not be shown to shoppers: choose other words.") % {"word": word}
        for word in words
    ]
    if look_for_claims:
        told += [
            _("“%(word)s” is a promise that no shop may make: choose other words.")
            % {"word": claim}
            for claim in claims.check(text)
        ]
    return told
