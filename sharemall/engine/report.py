"""The state report, from any source of rows. Source: rules.md, "State report"."""

import json
from collections.abc import Iterable

from sharemall.engine.amounts import decimal_string
from sharemall.engine.rules import price_micro
from sharemall.engine.scheme import Scheme
from sharemall.engine.state import DayRow, Pool

Report = dict[str, object]


def report(
    pool: Pool,
    scheme: Scheme,
    members: Iterable[tuple[str, int, int, int, int, int, int]],
    merchants: Iterable[tuple[str, int, int, int]],
    days: Iterable[DayRow],
    rejected: Iterable[tuple[str, str]],
) -> Report:
    """The report of a state under its current scheme; `dumps` prints it.

    Rows, in micro-units: members (id, shares, quota, cash, coins, dividends, level), merchants
    (id, shares, cash, coins), rejected (id, code) in the order of the journal.
    """
    return {
        "members": {
            name: {
                "shares": decimal_string(shares),
                "quota": decimal_string(quota),
                "cash": decimal_string(cash),
                "coins": decimal_string(coins),
                "dividends": decimal_string(dividends),
                "level": level,
            }
            for name, shares, quota, cash, coins, dividends, level in members
        },
        "merchants": {
            name: {
                "shares": decimal_string(shares),
                "cash": decimal_string(cash),
                "coins": decimal_string(coins),
            }
            for name, shares, cash, coins in merchants
        },
        "pool": _pool(pool, scheme),
        "days": [_day(day) for day in days],
        "rejected": [{"id": name, "code": code} for name, code in rejected],
    }


def dumps(report: Report) -> str:
    """A report as JSON: keys sorted, in ASCII so that any id can be printed, no newline at the end.

    It is `json.dumps(report, indent=1, sort_keys=True)`, which is slow for a hundred thousand
    accounts: with an indent it does without its fast encoder.
    """
    lines = []
    for key, value in sorted(report.items()):
        if key in ("members", "merchants") and value:
            text = _records(value)
        else:
            text = json.dumps(value, indent=1, sort_keys=True).replace("\n", "\n ")
        lines.append(f' "{key}": {text}')
    return "{\n" + ",\n".join(lines) + "\n}"


def _records(records: object) -> str:
    """A map of maps as `dumps` writes it.

    Control characters stand for the separators at first: inside JSON's texts they are escaped, so
    that they, with the braces beside them, can be nothing else.
    """
    text = _marked.encode(records)
    text = text.replace("}\0", "\n  },\n  ").replace("\1{", ": {\n   ")
    text = text.replace("\0", ",\n   ").replace("\1", ": ")
    return "{\n  " + text[1:-2] + "\n  }\n }"


_marked = json.JSONEncoder(sort_keys=True, separators=("\0", "\1"))


def _pool(pool: Pool, scheme: Scheme) -> dict[str, object]:
    return {
        "reserve": decimal_string(pool.reserve_micro),
        "outstanding": decimal_string(pool.outstanding_micro),
        "treasury": decimal_string(pool.treasury_micro),
        "issued": decimal_string(pool.issued_micro),
        "burned": decimal_string(pool.issued_micro - pool.outstanding_micro),
        "price": decimal_string(price_micro(pool, scheme)),
        "dividend_fund": decimal_string(pool.dividend_fund_micro),
        "honor_fund": decimal_string(pool.honor_fund_micro),
        "dividend_carry": decimal_string(pool.dividend_carry_micro),
        "honor_carry": [decimal_string(carry) for carry in pool.honor_carry_micro],
        "unassigned": decimal_string(pool.unassigned_micro),
    }


def _day(day: DayRow) -> dict[str, object]:
    return {
        "date": day.date.isoformat(),
        "dividend_fund": decimal_string(day.dividend_fund_micro),
        "dividend_paid": decimal_string(day.dividend_paid_micro),
        "honor_fund": decimal_string(day.honor_fund_micro),
        "honor_paid": decimal_string(day.honor_paid_micro),
        "to_reserve": decimal_string(day.to_reserve_micro),
        "forced_exits": day.forced_exits,
    }
