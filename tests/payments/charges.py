"""What the tests ask of the real providers: one charge, one refund."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sharemall.payments.providers import Charge, Provider, RefundResult

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)
NO = "26112201_1"


def charge(way: str, **changes: Any) -> Charge:
    asked = Charge(
        payment_no=NO,
        amount_fen=12_345,
        title='龙井茶 <b>&"{}/= ' + "茶" * 200,
        way=way,
        notify_url="https://mall.example/payments/notify/",
        return_url="https://mall.example/orders/?a=1&b=2",
        expires_at=NOW + timedelta(minutes=30),
        payer_id="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        payer_address="203.0.113.9",
    )
    return replace(asked, **changes)


def refund(provider: Provider, trade_no: str, **changes: Any) -> RefundResult:
    asked: dict[str, Any] = {
        "refund_no": "R26112201",
        "payment_no": NO,
        "trade_no": trade_no,
        "amount_fen": 345,
        "total_fen": 12_345,
        "reason": "cancelled",
        "now": NOW,
    }
    return provider.refund(**(asked | changes))
