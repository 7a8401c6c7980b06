"""An order's life at random: whatever is tried in whatever order, money is conserved to the fen."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sharemall.aftersale import answering, asking, granting, offering, returning
from sharemall.aftersale import refusals as aftersale
from sharemall.aftersale.models import OPEN, Case
from sharemall.cli import working
from sharemall.ledger import events, journal
from sharemall.ledger import selectors as ledger
from sharemall.ledger.events import timestamp
from sharemall.members.models import Member
from sharemall.orders import life, paying
from sharemall.orders.models import Order
from sharemall.orders.paying import Plan
from sharemall.orders.refusals import Refused
from sharemall.payments.models import Payment
from tests.ledger.helpers import assert_equal_to_replay
from tests.orders import books, ready
from tests.orders.lives import (
    ORDINARY,
    REFILL_FEN,
    SPLITS,
    freights,
    parts,
    some_answers,
    which,
    wipe,
)
from tests.orders.ready import NOW, Line

pytestmark = pytest.mark.django_db(transaction=True)


class Shop(RuleBasedStateMachine):
    """Two members, two merchants; orders, plans, money and time in any order."""

    folder: ClassVar[Path]

    @initialize(sold=st.lists(st.tuples(parts, st.sampled_from(SPLITS)), min_size=4, max_size=4))
    def open(self, sold: list[tuple[tuple[str, list[Line], int], tuple[int, int, int]]]) -> None:
        """Four orders are paid, sent, received and as good as completed, whatever follows."""
        wipe()
        ready.open_mall()
        self.now = NOW
        for account in ("ann", "ben"):
            ready.a_member(account)
            ready.give(account, coins="70000", cash_fen=REFILL_FEN)
            ready.give(account, shares="90000")
        ready.give("rest", shares="500000")
        balances = {account: ledger.balance(account) for account in ("ann", "ben")}
        self.given = {key: (one.coins_micro, one.cash_micro) for key, one in balances.items()}
        self.spent: dict[str, dict[str, int]] = {"ann": {}, "ben": {}}
        self.keys = [uuid4() for _ in range(3)]
        for how_far, (group, percent) in zip((4, 3, 2, 1), sold, strict=True):
            self.sell(("ann", "ben")[how_far % 2], group, percent, how_far)

    @rule(
        account=st.sampled_from(("ann", "ben")),
        groups=st.lists(parts, min_size=1, max_size=3),
        split=st.sampled_from((None, *SPLITS)),
        spends=st.sampled_from((False, False, True)),
    )
    def buy(
        self,
        account: str,
        groups: list[tuple[str, list[Line], int]],
        split: tuple[int, int, int] | None,
        spends: bool,
    ) -> None:
        """Place orders under one payment, and mostly plan it at once."""
        by_merchant = {group[0]: group for group in groups}
        member = Member.objects.get(account=account)
        payment = ready.place(member, *by_merchant.values(), now=self.now)
        if split is not None:
            self.choose(payment, split, uuid4(), moves=True, spends=spends)

    def sell(
        self,
        account: str,
        group: tuple[str, list[Line], int],
        percent: tuple[int, int, int],
        how_far: int,
    ) -> None:
        """An order that is paid, sent, received, or as good as completed."""
        payment = ready.place(Member.objects.get(account=account), group, now=self.now)
        self.choose(payment, percent, uuid4(), moves=True, spends=False)
        for _ in range(how_far):
            order = ready.only(payment)
            if order.status != "completed":
                self.step(order)

    def some(self, kind: type[Any], number: int, **where: object) -> Any:
        found = list(kind.objects.filter(**where).order_by("id"))
        return found[-1 - number % len(found)] if found else None

    def tried(self, work: Callable[[], object]) -> None:
        """Whatever may be refused."""
        with suppress(Refused, aftersale.Refused):
            work()

    @rule(
        number=which,
        percent=st.sampled_from(SPLITS),
        exactly=st.booleans(),
        key=st.integers(0, 9),
        moves=st.sampled_from((True, True, False)),
        spends=st.sampled_from((False, False, False, True)),
    )
    def plan(
        self,
        number: int,
        percent: tuple[int, int, int],
        exactly: bool,
        key: int,
        moves: bool,
        spends: bool,
    ) -> None:
        """Choose means, perhaps move them; perhaps all cash is spent elsewhere meanwhile."""
        payment = self.some(Payment, number, status="pending") or self.some(Payment, number)
        if payment is None:
            return
        form = self.keys[key] if key < len(self.keys) else uuid4()
        self.choose(payment, percent, form, moves=moves, spends=spends, exactly=exactly)

    def choose(
        self,
        payment: Payment,
        percent: tuple[int, int, int],
        form: UUID,
        *,
        moves: bool,
        spends: bool,
        exactly: bool = False,
    ) -> None:
        means = [payment.amount_fen * one // 100 for one in percent]
        if exactly:
            means[1] = payment.amount_fen - means[0] - means[2]
        plan = Plan(*means, provider="sandbox", way="page")
        self.tried(lambda: self.begin(payment, plan, form))
        if spends:
            self.spend(payment.member.account)
        if moves:
            paying.settle(no=payment.no, now=self.now)
        if spends:
            self.refill(payment.member.account)

    def begin(self, payment: Payment, plan: Plan, key: Any) -> None:
        paying.begin(member=payment.member, no=payment.no, plan=plan, key=key, now=self.now)

    def spend(self, account: str) -> None:
        """Take all cash that is there now, and bring some again."""
        held, at = ledger.balance(account).cash_micro, timestamp(self.now)
        given = {"at": at, "member": account, "reason": "test"}
        if held:
            taken = f"spent-{uuid4()}"
            journal.append(
                {"id": taken, "type": "cash_out", "amount": events.amount(held), **given}
            )
            self.spent[account][taken] = held

    def refill(self, account: str) -> None:
        ready.give(account, cash_fen=REFILL_FEN)
        coins, cash = self.given[account]
        self.given[account] = coins, cash + REFILL_FEN * ready.FEN_MICRO

    @rule(
        number=which,
        more_fen=st.sampled_from((0, 0, 0, 0, 1, -1, 500)),
        attempt=st.sampled_from("aaabc"),
        succeeds=st.sampled_from((True, True, True, False)),
        earlier=st.booleans(),
    )
    def money(
        self, number: int, more_fen: int, attempt: str, succeeds: bool, earlier: bool
    ) -> None:
        """A provider's news: right, wrong, again, late, or for a plan of before."""
        payment = self.some(Payment, number)
        if payment is None or payment.provider_fen + more_fen <= 0:
            return
        asked = f"{payment.no}_{max(0, payment.attempt - earlier)}"
        fen = payment.provider_fen + more_fen
        attempt = f"{attempt}{fen}"  # a trade has one amount
        ready.pay(
            payment,
            now=self.now,
            payment_no=asked,
            amount_fen=fen,
            attempt=attempt,
            succeeds=succeeds,
        )

    @rule(number=which)
    def go_on(self, number: int) -> None:
        """The next step of an order, as it should be."""
        order = self.some(Order, number, status__in=ORDINARY)
        if order is not None:
            self.step(order)

    def step(self, order: Order) -> None:
        payment = order.payment
        if order.status == "unpaid":
            ready.pay(payment, now=self.now, attempt=f"right{payment.provider_fen}")
        elif order.status == "paid":
            ready.ship(order, self.now)
        elif order.status == "shipped":
            life.receive(member=order.member, no=order.no, now=self.now)
        else:
            self.now = max(self.now, order.returnable_until)
            working.do_round(self.now)

    @rule(number=which, by_staff=st.booleans())
    def cancel(self, number: int, by_staff: bool) -> None:
        order = self.some(Order, number)
        if order is None:
            return
        if by_staff:
            self.tried(lambda: life.cancel_by_staff(no=order.no, now=self.now))
        else:
            self.tried(lambda: life.cancel(member=order.member, no=order.no, now=self.now))

    @rule(number=which, any_state=st.booleans())
    def ship(self, number: int, any_state: bool) -> None:
        order = self.some(Order, number, **({} if any_state else {"status": "paid"}))
        if order is not None:
            self.tried(lambda: ready.ship(order, self.now))

    @rule(number=which, any_state=st.booleans())
    def receive(self, number: int, any_state: bool) -> None:
        order = self.some(Order, number, **({} if any_state else {"status": "shipped"}))
        if order is not None:
            self.tried(lambda: life.receive(member=order.member, no=order.no, now=self.now))

    @rule(
        number=which,
        position=st.integers(0, 2),
        kind=st.sampled_from(("refund", "refund", "return", "return", "exchange")),
        quantity=st.integers(1, 3),
        percent=st.sampled_from((None, None, 37, 60, 100)),
        is_sensible=st.sampled_from((True, True, True, False)),
        answers=some_answers,
        freight=freights,
    )
    def ask_after(
        self,
        number: int,
        position: int,
        kind: str,
        quantity: int,
        percent: int | None,
        is_sensible: bool,
        answers: list[str],
        freight: int,
    ) -> None:
        """Ask for money or goods, at times too much or for what is over; perhaps it is answered."""
        order = self.some(Order, number, paid_at__isnull=False, cancelled_at__isnull=True)
        if order is None:
            return
        lines = list(order.lines.all())
        line = lines[position % len(lines)]
        if is_sensible:
            quantity = min(quantity, line.quantity - line.refunded_quantity) or 1
            kind = "refund" if order.status == "paid" else kind
        fen = percent and line.payable_fen * quantity * percent // 100 // line.quantity
        self.tried(
            lambda: asking.ask(
                member=order.member,
                order_no=order.no,
                position=line.position,
                kind=kind,
                quantity=quantity,
                asked_fen=fen if is_sensible or fen is None else fen + line.payable_fen,
                reason="other",
                key=uuid4(),
                now=self.now,
            )
        )
        self.answered(Case.objects.order_by("id").last(), answers, freight, settles=True)

    @rule(
        number=which,
        answers=some_answers,
        freight=freights,
        settles=st.sampled_from((True, True, False)),
    )
    def answer(self, number: int, answers: list[str], freight: int, settles: bool) -> None:
        """Whoever has to act next does, in one way or the other, a few times."""
        case = self.some(Case, number, state__in=OPEN)
        self.answered(case, answers, freight, settles=settles)

    def answered(
        self, case: Case | None, answers: list[str], freight: int, *, settles: bool
    ) -> None:
        if case is None:
            return
        for said in answers:
            self.tried(lambda said=said: self.act(case, said, freight))
            if settles:
                granting.settle(no=case.no, now=self.now)
            case.refresh_from_db()

    def act(self, case: Case, said: str, freight: int) -> None:
        agrees = said == "yes"
        given: dict[str, Any] = {"no": case.no, "now": self.now}
        mine, by = given | {"member": case.member}, given | {"by": case.member}
        parcel = {"carrier": "顺丰", "tracking_no": "SF1"}
        match case.state:
            case "asked" | "sent_back" if said == "less":
                pieces, part = max(1, case.quantity - freight % 2), case.asked_fen // 3
                less = {"quantity": pieces, "fen": None if freight else part, "text": "少退"}
                offering.offer(**by, **less, freight_fen=freight, return_to="仓库")
            case "offered" if agrees:
                offering.take(**mine)
            case "offered":
                asking.appeal(**mine, text="请平台处理")
            case "asked" if agrees:
                answering.accept(**by, freight_fen=freight, return_to="仓库")
            case "asked":
                answering.decline(**by, text="不同意")
            case "declined":
                asking.appeal(**mine, text="请平台处理")
            case "arbitration":
                answering.decide(
                    **by,
                    for_member=agrees,
                    fen=max(1, case.asked_fen // 2) if freight else None,
                    return_to="仓库",
                    text="裁决",
                )
            case "to_send" if agrees:
                returning.send_back(**mine, **parcel)
            case "to_send":
                asking.withdraw(**mine)
            case "sent_back" if not agrees:
                answering.decline(**by, text="货不对")
            case "sent_back" if case.kind == "exchange":
                returning.resend(**by, **parcel)
            case "sent_back":
                returning.receive_back(**by)
            case "resent":
                returning.confirm(**mine)

    @rule(passed=st.sampled_from((timedelta(minutes=9), timedelta(days=3), timedelta(days=11))))
    def time_passes(self, passed: timedelta) -> None:
        self.now += passed

    @rule()
    def worker(self) -> None:
        working.do_round(self.now)

    @precondition(lambda self: Payment.objects.exists())
    @rule(paid=st.integers(1, 500))
    def others_buy(self, paid: int) -> None:
        """The price moves."""
        ready.give("rest", shares=str(paid))

    @invariant()
    def money_is_conserved(self) -> None:
        books.assert_balanced(self.given, self.spent)

    def teardown(self) -> None:
        if not hasattr(self, "spent"):
            return
        working.do_round(self.now)
        books.assert_balanced(self.given, self.spent)
        assert not Payment.objects.filter(wallet="moving").exists()
        assert not Case.objects.filter(state="paying").exists()
        assert_equal_to_replay(self.folder / uuid4().hex)


def test_money_is_conserved_through_any_life_of_orders(tmp_path: Path) -> None:
    Shop.folder = tmp_path
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
