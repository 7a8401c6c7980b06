"""Claims that no consumer text may make: found even when spelt apart or in full width."""

import re
import unicodedata
from collections.abc import Iterable

from sharemall.compliance.models import BlockedClaim

# The operator may extend this list (BlockedClaim) but not shorten it: it is code, not data.
BUILT_IN = (
    "只涨不跌",
    "稳赚",
    "保本",
    "零风险",
    "无风险",
    "消费等于赚钱",
    "你消费我还钱",
    "白嫖",
    "躺赚",
    "包赚",
    "必涨",
    "保证收益",
    "刚性兑付",
    "只漲不跌",
    "穩賺",
    "零風險",
    "無風險",
    "消費等於賺錢",
    "你消費我還錢",
    "躺賺",
    "only rises",
    "never falls",
    "risk-free",
    "guaranteed",
    "earn by shopping",
    "get rich",
)

# What writers put between the letters of a claim to slip it through. Sentence marks and line
# ends stay, so that the end of one sentence and the start of the next make no claim together.
_BETWEEN = re.compile(r"[ \t\u3000\u00b7\u2022\u30fb*_|~/.\\\-\u2010-\u2015]+")


class BlockedClaims(Exception):
    """A text makes claims that no shop may make; `words` names them."""

    def __init__(self, words: list[str]) -> None:
        super().__init__("blocked claims: " + ", ".join(words))
        self.words = words


def refuse(texts: Iterable[str]) -> None:
    """Raise BlockedClaims if any of the texts makes one; one query where none does.

    Text by text: the end of one and the start of the next make no claim together.
    """
    given = list(dict.fromkeys(filter(None, texts)))
    # All of them first, on lines of their own: as a rule there is nothing.
    if given and check("\n".join(given)):
        words = list(dict.fromkeys(word for text in given for word in check(text)))
        raise BlockedClaims(words)


def check(text: str) -> list[str]:
    """The blocked phrases that `text` contains, in the order of the list; empty if it is fine.

    Source: compliance.md, "no promises". One query (the operator's own phrases).
    """
    squeezed = squeeze(text)
    own = BlockedClaim.objects.order_by("id").values_list("phrase", flat=True)
    return [phrase for phrase in (*BUILT_IN, *own) if squeeze(phrase) in squeezed]


def squeeze(text: str) -> str:
    """The text as claims are looked for in it: one width and case, nothing between the letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return _BETWEEN.sub("", visible)
