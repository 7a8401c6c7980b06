"""Events as the mall writes them: builders for rules.md's shapes, from micro-units and fen."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Event = dict[str, Any]

FEN_MICRO = 10_000
MICRO = 1_000_000

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


def canonical(event: Event) -> str:
    """The one text of an event in the journal: keys sorted, no spaces, ASCII."""
    return _ENCODER.encode(event)


def timestamp(moment: datetime, zone: str = "Asia/Shanghai") -> str:
    """An event's `at`: to the second, with the zone's offset."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def amount(micro: int) -> str:
    """Micro-units as the decimal string that events carry: 1_500_000 is "1.500000"."""
    sign = "-" if micro < 0 else ""
    whole, rest = divmod(abs(micro), MICRO)
    return f"{sign}{whole}.{rest:06d}"


def sale(
    *,
    id: str,
    at: str,
    member: str,
    zone: str,
    paid_fen: int,
    cost_fen: int | None = None,
    referrer: str | None = None,
    merchant: str | None = None,
    scheme: int | None = None,
) -> Event:
    """A completed sale. `cost_fen` is needed where the zone's base is profit."""
    event = {
        "id": id,
        "type": "sale",
        "at": at,
        "member": member,
        "zone": zone,
        "paid": amount(paid_fen * FEN_MICRO),
    }
    optional = {
        "cost": None if cost_fen is None else amount(cost_fen * FEN_MICRO),
        "referrer": referrer,
        "merchant": merchant,
        "scheme": None if scheme is None else str(scheme),
    }
    return event | {key: value for key, value in optional.items() if value is not None}


def sell(*, id: str, at: str, member: str, shares_micro: int | str) -> Event:
    """A sale of shares to the reserve; `shares_micro` may be "all"."""
    shares = shares_micro if isinstance(shares_micro, str) else amount(shares_micro)
    return {"id": id, "type": "sell", "at": at, "member": member, "shares": shares}


def to_coins(*, id: str, at: str, member: str, shares_micro: int | str) -> Event:
    """A member's shares turned into coins; `shares_micro` may be "all"."""
    shares = shares_micro if isinstance(shares_micro, str) else amount(shares_micro)
    return {"id": id, "type": "to_coins", "at": at, "member": member, "shares": shares}


def pay_coins(*, id: str, at: str, member: str, merchant: str, coins_micro: int) -> Event:
    """Coins from a member to a merchant's account."""
    coins = amount(coins_micro)
    return _coins("pay_coins", id, at, member=member, merchant=merchant, coins=coins)


def return_coins(*, id: str, at: str, merchant: str, member: str, coins_micro: int) -> Event:
    """Coins from a merchant's account back to a member."""
    coins = amount(coins_micro)
    return _coins("return_coins", id, at, merchant=merchant, member=member, coins=coins)


def pass_coins(*, id: str, at: str, merchant: str, to: str, coins_micro: int) -> Event:
    """Coins from one merchant's account to another's."""
    return _coins("pass_coins", id, at, merchant=merchant, to=to, coins=amount(coins_micro))


def _coins(kind: str, id: str, at: str, **fields: str) -> Event:
    return {"id": id, "type": kind, "at": at, **fields}


def cash_in(
    *, id: str, at: str, reason: str, cash_micro: int, member: str = "", merchant: str = ""
) -> Event:
    """Money beside the scheme put on the account of a member or of a merchant (exactly one)."""
    return _cash("cash_in", id, at, reason, cash_micro, member, merchant)


def cash_out(
    *, id: str, at: str, reason: str, cash_micro: int, member: str = "", merchant: str = ""
) -> Event:
    """Money beside the scheme taken off the account of a member or of a merchant (exactly one)."""
    return _cash("cash_out", id, at, reason, cash_micro, member, merchant)


def _cash(
    kind: str, id: str, at: str, reason: str, cash_micro: int, member: str, merchant: str
) -> Event:
    assert bool(member) != bool(merchant)
    holder = {"member": member} if member else {"merchant": merchant}
    fields = {"amount": amount(cash_micro), "reason": reason}
    return {"id": id, "type": kind, "at": at, **holder, **fields}


def close_day(*, at: str, day: date) -> Event:
    """The close of a business day; its id is the day's, so a second one is the same event."""
    return {"id": f"close-{day}", "type": "close_day", "at": at, "date": day.isoformat()}
