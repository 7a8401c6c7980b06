"""A run in words: what happened to the members and to the company, without a promise.

Every sentence says what happened in the simulation, never what will happen.
"""

import numpy as np

from sharemall.engine.amounts import MICRO
from sharemall.simulator.cohorts import PPM, quantile, ratio_ppm
from sharemall.simulator.results import Column, Run

_FEN = MICRO // 100
_SENTENCES = {
    "en": {
        "incomplete": "The run was interrupted: these are {days} of {all_days} days.",
        "scope": "{members} members placed orders in {days} days; {orders} of these were completed,"
        " worth ¥{turnover}.",
        "nothing": "No order was completed.",
        "returned": "Of each ¥100 spent, half of the members got back ¥{half} or less by the end,"
        " one in ten ¥{tenth} or less, and nine in ten ¥{most} or less.",
        "holding": "With what its shares and coins would bring if it alone sold at the end, half of"
        " them came to ¥{half} or less.",
        "whole": "{whole} of 100 members got back all that they had spent.",
        "nobody": "No member got back all that it had spent.",
        "late": "Who came late got less by the end: of each ¥100, half of those who joined in"
        " {first} got back ¥{early} or less, of those who joined in {last} ¥{late} or less.",
        "quota": "Of the quota granted, {paid} % was paid. Quota is a ceiling, not a debt.",
        "price": "The formula price went from ¥{first} to ¥{last}. Shares sold brought"
        " ¥{sold} after the fee.",
        "no_price": "At the end no share was outstanding.",
        "stop": "From {date} on nobody ordered. Of all dividends and honours, {after} % were paid"
        " later than {settled}, when the last order was completed.",
        "panic": "On {date}, {sellers} members sold shares. All were paid from the reserve, ¥{cash}"
        " together after the fee; the reserve went from ¥{before} to ¥{left}.",
        "margin": "The company's margin was ¥{margin} together, {percent} % of the turnover."
        " It was below 0 on {bad} of {days} days. Its money at the end: ¥{cash}.",
        "checks": "What must always hold was checked {checks} times and held each time.",
    },
    "zh-hans": {
        "incomplete": "模拟被中断：这里只有 {all_days} 天中的 {days} 天。",
        "scope": "{days} 天内共有 {members} 名会员下单，完成订单 {orders} 笔，金额 ¥{turnover}。",
        "nothing": "没有订单完成。",
        "returned": "每消费 ¥100，截至期末：半数会员收回不超过 ¥{half}，十分之一的会员收回不超过"
        " ¥{tenth}，十分之九的会员收回不超过 ¥{most}。",
        "holding": "若再计入持有的积分按期末公式价格扣除手续费后的所得，半数会员合计不超过"
        " ¥{half}。",
        "whole": "每 100 名会员中有 {whole} 名收回了全部消费金额。",
        "nobody": "没有会员收回全部消费金额。",
        "late": "截至期末，加入越晚，收回越少：每消费 ¥100，{first} 加入的会员半数收回不超过"
        " ¥{early}，{last} 加入的会员半数收回不超过 ¥{late}。",
        "quota": "已发放的额度中，实际支付 {paid}%。额度是上限，不是债务。",
        "price": "公式价格从 ¥{first} 变为 ¥{last}。卖出积分扣除手续费后共得 ¥{sold}。",
        "no_price": "期末没有流通积分。",
        "stop": "自 {date} 起无人下单。全部分红中，有 {after}% 是在 {settled} 最后一批订单完成之后"
        "支付的。",
        "panic": "{date} 有 {sellers} 名会员卖出积分，均由托底资金池足额支付，扣除手续费后共"
        " ¥{cash}；资金池由 ¥{before} 降至 ¥{left}。",
        "margin": "公司利润合计 ¥{margin}，占成交额 {percent}%；{days} 天中有 {bad} 天低于 0。"
        "期末资金 ¥{cash}。",
        "checks": "对必须始终成立的规则共检查 {checks} 次，每次均成立。",
    },
}
LANGUAGES = tuple(_SENTENCES)


def headlines(run: Run, language: str = "en") -> list[str]:
    """Sentences about the run, what concerns members first; `language` is one of LANGUAGES."""
    words = _SENTENCES[language]
    facts = {"incomplete": None if run.complete else _scope(run), "scope": _scope(run)}
    if len(run.days["day"]) and run.total("orders"):
        facts |= _of_members(run)
        facts |= {"quota": _quota(run), "price": _price(run), "stop": _stop(run)}
        facts["no_price"] = None if run.days["outstanding_micro"][-1] else {}
        facts |= {f"panic {day}": _panic(run, day) for day in _panic_days(run)}
        facts |= {"margin": _margin(run)}
    else:
        facts["nothing"] = {}
    facts["checks"] = {"checks": f"{run.checks:,}"}
    return [
        words[name.partition(" ")[0]].format(**fact)
        for name, fact in facts.items()
        if fact is not None
    ]


def _scope(run: Run) -> dict[str, str]:
    return {
        "days": f"{len(run.days['day']):,}",
        "all_days": f"{run.scenario.days:,}",
        "members": f"{len(run.members['joined_day']):,}",
        "orders": f"{run.total('orders'):,}",
        "turnover": _yuan(run.total("turnover_micro")),
    }


def _of_members(run: Run) -> dict[str, dict[str, str] | None]:
    spent = run.members["paid_micro"] > 0
    if not spent.any():
        return {}
    received, paid = run.members["received_micro"][spent], run.members["paid_micro"][spent]
    returned = ratio_ppm(received, paid)
    with_holding = ratio_ppm(received + run.members["holding_micro"][spent], paid)
    half, tenth, most = (_of_hundred(quantile(returned, percent)) for percent in (50, 10, 90))
    whole = int(np.count_nonzero(returned >= PPM))
    return {
        "returned": {"half": half, "tenth": tenth, "most": most},
        "holding": {"half": _of_hundred(quantile(with_holding, 50))},
        "whole": {"whole": _fen(whole * 100 * MICRO // len(returned))} if whole else None,
        "nobody": None if whole else {},
        "late": _late(run),
    }


def _late(run: Run) -> dict[str, str] | None:
    """The first and the last month in which members joined, if the later ones got less."""
    months = np.flatnonzero(run.cohorts["members"])
    medians = run.cohorts["returned_50_ppm"]
    if len(months) < 2 or medians[months[0]] <= medians[months[-1]]:
        return None
    return {
        "first": str(run.cohorts["month"][months[0]]),
        "last": str(run.cohorts["month"][months[-1]]),
        "early": _of_hundred(int(medians[months[0]])),
        "late": _of_hundred(int(medians[months[-1]])),
    }


def _quota(run: Run) -> dict[str, str] | None:
    granted = int(run.days["quota_granted_micro"][-1])
    return {"paid": _percent(run.days["quota_paid_micro"][-1], granted)} if granted else None


def _price(run: Run) -> dict[str, str]:
    prices = run.days["price_micro"]
    return {
        "first": _fen(prices[0]),
        "last": _fen(prices[-1]),
        "sold": _yuan(run.total("sold_shares_cash_micro")),
    }


def _stop(run: Run) -> dict[str, str] | None:
    """What was paid after the last orders before a stop were completed."""
    stop, dates = run.scenario.stop_day, run.dates()
    if stop is None or stop + run.scenario.completion_days >= len(dates):
        return None
    settled = max(stop + run.scenario.completion_days - 1, 0)
    paid = run.days["dividend_paid_micro"] + run.days["honor_paid_micro"]
    after = _percent(int(paid[settled + 1 :].sum()), int(paid.sum()))
    return {"date": str(dates[stop]), "settled": str(dates[settled]), "after": after}


def _panic_days(run: Run) -> list[int]:
    days = {panic.day for panic in run.scenario.panics}
    return sorted(day for day in days if day < len(run.days["day"]))


def _panic(run: Run, day: int) -> dict[str, str] | None:
    sellers = int(run.days["sells"][day])
    if not sellers:
        return None
    return {
        "date": str(run.dates()[day]),
        "sellers": f"{sellers:,}",
        "cash": _yuan(run.days["sold_shares_cash_micro"][day]),
        "before": _yuan(run.days["reserve_micro"][day - 1] if day else 0),
        "left": _yuan(run.days["reserve_micro"][day]),
    }


def _margin(run: Run) -> dict[str, str]:
    margin: Column = run.days["company_margin_micro"]
    return {
        "margin": _yuan(run.total("company_margin_micro")),
        "percent": _percent(run.total("company_margin_micro"), run.total("turnover_micro")),
        "bad": f"{int(np.count_nonzero(margin < 0)):,}",
        "days": f"{len(margin):,}",
        "cash": _yuan(run.days["company_cash_micro"][-1]),
    }


def _yuan(micro: int) -> str:
    """Whole yuan, cut off towards 0."""
    micro = int(micro)
    whole = f"{abs(micro) // MICRO:,}"
    return f"-{whole}" if micro <= -MICRO else whole


def _fen(micro: int) -> str:
    """Yuan with two places, rounded down; not negative."""
    fen = int(micro) // _FEN
    return f"{fen // 100:,}.{fen % 100:02d}"


def _of_hundred(ppm: int) -> str:
    return _fen(ppm * 100)


def _percent(part: int, whole: int) -> str:
    """With one place, cut off towards 0."""
    thousandths = abs(int(part)) * 1000 // whole if whole else 0
    sign = "-" if part < 0 and thousandths else ""
    return f"{sign}{thousandths // 10:,}.{thousandths % 10}"
