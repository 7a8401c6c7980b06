"""A good event of every type, to be spoilt one field at a time."""

from sharemall.engine.apply import apply
from sharemall.engine.scheme import parse_scheme
from sharemall.engine.state import State
from tests.engine.stepping import snapshot

AT = "2026-01-01T10:00:00+08:00"
SCHEME = """
[scheme]
name = "s"
share_cap = "1000000"
forced_exit = {forced_exit}
[zones.wine]
reserve = "0.3"
dividend = "0.2"
honor = "0.1"
quota = "2"
issue = {{ by = "value", buyer = "0.7", referrer = "0.1" }}
[zones.profit]
base = "profit"
reserve = "0.3"
issue = {{ by = "value", buyer = "0.7" }}
"""
PLAIN, FORCED = SCHEME.format(forced_exit="false"), SCHEME.format(forced_exit="true")
GOOD = {
    "sale": {"member": "a", "zone": "wine", "paid": "100.00"},
    "sell": {"member": "a", "shares": "1"},
    "to_coins": {"member": "a", "shares": "1"},
    "pay_coins": {"member": "a", "merchant": "s", "coins": "1"},
    "return_coins": {"merchant": "s", "member": "b", "coins": "1"},
    "pass_coins": {"merchant": "s", "to": "t", "coins": "1"},
    "to_shares": {"merchant": "s", "coins": "1"},
    "cash_in": {"member": "a", "amount": "1", "reason": "order"},
    "cash_out": {"member": "a", "amount": "1", "reason": "tax"},
    "close_day": {"date": "2026-01-01"},
    "set_scheme": {"toml": PLAIN},
}
AMOUNTS = {
    "sale": "paid",
    "sell": "shares",
    "to_coins": "shares",
    "pay_coins": "coins",
    "return_coins": "coins",
    "pass_coins": "coins",
    "to_shares": "coins",
    "cash_in": "amount",
    "cash_out": "amount",
}


def begun() -> State:
    """A state in which member a and merchant s have some of everything."""
    state = State.empty(parse_scheme(PLAIN))
    for kind in ("sale", "cash_in", "to_coins", "pay_coins"):
        amount = {"to_coins": "shares", "pay_coins": "coins"}.get(kind)
        assert run(state, kind, **({amount: "5"} if amount else {})) == ""
    assert run(state, "to_shares", coins="2") == ""
    assert run(state, "to_coins", shares="5") == ""
    return state


def run(state: State, kind: str, **changes: object) -> str:
    """Applies the good event of a type with some fields changed; None leaves a field out."""
    fields = {"id": "e", "type": kind, "at": AT, **GOOD[kind], **changes}
    event = {key: value for key, value in fields.items() if value is not None}
    before, moves = snapshot(state), []
    code = apply(state, event, moves)
    assert not code or (snapshot(state) == before and not moves)
    return code
