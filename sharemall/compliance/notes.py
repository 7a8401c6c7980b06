"""The risk note: every version that was ever shown, word for word, in both languages.

A version is never edited: what a member confirmed must stay readable. A new text is a new
version, and every member is asked again. The texts stand here and not in the translations, which
may change without notice.
"""

from dataclasses import dataclass

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Note:
    """One version of the risk note; `title` and `points` are in the active language."""

    version: int
    title_zh: str
    title_en: str
    points_zh: tuple[str, ...]
    points_en: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.title_zh if _chinese() else self.title_en

    @property
    def points(self) -> tuple[str, ...]:
        return self.points_zh if _chinese() else self.points_en


def _chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


NOTES = (
    Note(
        version=1,
        title_zh="第一次购买前，请先读完这几句话",
        title_en="Before your first purchase, please read these few lines",
        points_zh=(
            "您付的钱买的是商品。积分和额度是随购物附送的权益，不是存款，也不是理财产品。",
            (
                "积分价值按公式计算：托底资金池除以流通积分。它不是承诺的收益；"
                "卖出要扣手续费，刚得到就卖出，拿回的钱会比货款少得多。"
            ),
            (
                "分红额度是上限，不是欠款。分红来自每天营业额的一部分，营业额少，分红就少；"
                "大部分额度可能一直用不到。"
            ),
            "积分和额度在订单完成后才发放；在此之前退货，就不再发放。",
            "积分发行有总量上限。规则可能调整，会提前公布，已经发放的不受影响。",
        ),
        points_en=(
            (
                "Your money buys goods. Points and quota come with the purchase; they are neither a"
                " deposit nor an investment product."
            ),
            (
                "The value of a point follows a formula: the reserve divided by the points in"
                " circulation. It is no promised return. Selling costs a fee, and points sold as"
                " soon as they arrive pay back far less than the goods cost."
            ),
            (
                "Quota is an upper limit, not a debt. Dividends are a part of each day's turnover:"
                " little turnover, little dividend. Most of the quota may never be used."
            ),
            (
                "Points and quota are granted when the order is completed. If you return the goods"
                " before that, they are not granted."
            ),
            (
                "No more than a set number of points is ever issued. Rules may change; changes are"
                " announced beforehand and leave what was granted untouched."
            ),
        ),
    ),
)


def current() -> Note:
    """The version that a member must have confirmed before buying."""
    return NOTES[-1]
