"""A scheme in plain amounts: what becomes of ¥100. Source: rules.md, "sale"; compliance.md."""

from dataclasses import dataclass

from sharemall.engine import rules
from sharemall.engine.amounts import MICRO, NANO
from sharemall.engine.scheme import Scheme, Zone

EXAMPLE_MICRO = 100 * MICRO
GROWTH_SALES = (1, 2, 3, 4, 10, 100, 1_000, 10_000)


@dataclass(frozen=True, slots=True)
class PlainZone:
    """What ¥100 of a zone's base bring; amounts in micro-yuan, rates in billionths.

    `buyer_micro` is the most that the buyer's new shares are worth, `back_micro` what selling
    them at once would pay. `most_paid_nano` is the part of all quota that can ever be paid if the
    turnover stays in this zone (None where the zone grants no quota).
    """

    key: str
    zone: Zone
    reserve_micro: int
    dividend_micro: int
    honor_micro: int
    rest_micro: int
    buyer_micro: int
    referrer_micro: int
    fee_micro: int
    back_micro: int
    quota_micro: int
    most_paid_nano: int | None

    @property
    def paid_nano(self) -> int:
        """The part of the base that is paid out as dividends and honours."""
        return self.zone.dividend_nano + self.zone.honor_nano

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Where ¥100 go, in micro-yuan, in the order of the picture."""
        return (
            ("reserve", self.reserve_micro),
            ("dividend", self.dividend_micro),
            ("honor", self.honor_micro),
            ("rest", self.rest_micro),
        )


def plain_zones(scheme: Scheme) -> list[PlainZone]:
    """Every zone of the scheme, in the order of its file."""
    return [_plain_zone(key, zone, scheme) for key, zone in scheme.zones.items()]


def growth_table() -> list[tuple[int, int]]:
    """(n, price after n equal sales in micro-yuan), by value with reserve 30 % and buyer 70 %.

    Exactly p(1) = 1/0.7 and p(n) = p(n-1) · n / (n - 0.3); kept to 30 digits on the way and
    rounded to the nearest of four places, as in the worked examples.
    """
    digits = 10**30
    price = digits
    rows = []
    for number in range(1, GROWTH_SALES[-1] + 1):
        price = price * 10 * number // (10 * number - 3)
        if number in GROWTH_SALES:
            rows.append((number, (price * 10_000 + digits // 2) // digits * 100))
    return rows


def _plain_zone(key: str, zone: Zone, scheme: Scheme) -> PlainZone:
    reserve, dividend, honor, quota = rules.parts_of(zone, EXAMPLE_MICRO)
    buyer, referrer = rules.budgets_of(zone, reserve)
    fee = rules.fee_of(buyer, scheme)
    paid_nano = zone.dividend_nano + zone.honor_nano
    return PlainZone(
        key=key,
        zone=zone,
        reserve_micro=reserve,
        dividend_micro=dividend,
        honor_micro=honor,
        rest_micro=EXAMPLE_MICRO - reserve - dividend - honor,
        buyer_micro=buyer,
        referrer_micro=referrer,
        fee_micro=fee,
        back_micro=buyer - fee,
        quota_micro=quota,
        most_paid_nano=min(NANO, paid_nano * NANO // zone.quota_nano) if zone.quota_nano else None,
    )
