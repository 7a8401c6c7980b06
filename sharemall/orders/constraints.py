"""What the database holds of orders and their lines: states, times and amounts that agree."""

from django.db import models
from django.db.models import F, Q

PAID_FOR = ["paid", "shipped", "received", "completed"]
HANDED_OVER = ["received", "completed"]
SENT = ["shipped", *HANDED_OVER]

OF_ORDER: list[models.BaseConstraint] = [
    models.UniqueConstraint(fields=["member", "key", "merchant"], name="order_form_sent_once"),
    models.CheckConstraint(condition=Q(total_fen__gt=0), name="order_of_something"),
    models.CheckConstraint(
        condition=Q(total_fen=F("goods_fen") - F("discount_fen") + F("freight_fen"))
        & Q(discount_fen__gte=F("subsidy_fen"), subsidy_fen__gte=0, freight_fen__gte=0),
        name="order_total_adds_up",
    ),
    models.CheckConstraint(
        condition=Q(coins_fen__gte=0, balance_fen__gte=0)
        & Q(shares_fen__gte=0, provider_fen__gte=0)
        & (
            ~Q(status__in=PAID_FOR)
            | Q(total_fen=F("coins_fen") + F("balance_fen") + F("shares_fen") + F("provider_fen"))
        ),
        name="order_paid_in_full_by_its_means",
    ),
    models.CheckConstraint(
        condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("total_fen"))
        & (
            ~Q(status="cancelled")
            | Q(paid_at__isnull=True, refunded_fen=0)
            | Q(paid_at__isnull=False, refunded_fen=F("total_fen"))
        ),
        name="order_refunded_what_was_paid",
    ),
    models.CheckConstraint(
        condition=~Q(status="completed")
        & Q(contributions_fen=0, commission_fen=0, coin_commission_fen=0, due_fen=0)
        | Q(status="completed", contributions_fen__gte=0, commission_fen__gte=0)
        & Q(coin_commission_fen__gte=0, coin_commission_fen__lte=F("commission_fen"))
        & Q(due_fen__gte=0)
        & Q(
            due_fen=F("total_fen")
            + F("subsidy_fen")
            - F("subsidy_back_fen")
            - F("contributions_fen")
            - F("commission_fen")
            - F("freight_fen")
            + F("freight_refunded_fen")
            - F("refunded_fen")
        ),
        name="order_money_conserved",
    ),
    models.CheckConstraint(
        condition=Q(refunded_coins_fen__gte=0, refunded_coins_fen__lte=F("coins_fen"))
        & Q(refunded_fen__gte=F("refunded_coins_fen"))
        & Q(
            refunded_fen__lte=F("total_fen") - F("coins_fen") + F("refunded_coins_fen"),
        ),
        name="order_refunded_by_the_means_it_was_paid_with",
    ),
    models.CheckConstraint(
        condition=Q(
            freight_refunded_fen__gte=0,
            freight_refunded_fen__lte=F("freight_fen"),
            subsidy_back_fen__gte=0,
            subsidy_back_fen__lte=F("subsidy_fen"),
        )
        & Q(refunded_fen__gte=F("freight_refunded_fen")),
        name="order_freight_and_subsidy_come_back_once",
    ),
    models.CheckConstraint(
        condition=Q(open_cases=0) | Q(status__in=SENT),
        name="order_has_cases_once_it_is_sent",
    ),
    models.CheckConstraint(
        condition=Q(paid_at__isnull=False) | Q(status__in=["unpaid", "paying", "cancelled"]),
        name="order_paid_before_it_goes_on",
    ),
    models.CheckConstraint(
        condition=~Q(status__in=["unpaid", "paying"]) | Q(paid_at__isnull=True),
        name="order_unpaid_has_no_payment_time",
    ),
    models.CheckConstraint(
        condition=Q(shipped_at__isnull=True, receive_by__isnull=True)
        | Q(shipped_at__gte=F("paid_at"), receive_by__gte=F("shipped_at")),
        name="order_shipped_after_it_was_paid",
    ),
    models.CheckConstraint(
        condition=~Q(status="shipped") | Q(shipped_at__isnull=False),
        name="order_shipped_at_a_moment",
    ),
    models.CheckConstraint(
        condition=Q(received_at__isnull=True, returnable_until__isnull=True)
        | Q(received_at__isnull=False, returnable_until__gte=F("received_at")),
        name="order_return_period_follows_receipt",
    ),
    models.CheckConstraint(
        condition=Q(status__in=HANDED_OVER, received_at__isnull=False)
        | ~Q(status__in=HANDED_OVER) & Q(received_at__isnull=True),
        name="order_received_at_a_moment",
    ),
    models.CheckConstraint(
        condition=Q(status="completed", completed_at__gte=F("returnable_until"))
        | ~Q(status="completed") & Q(completed_at__isnull=True),
        name="order_completed_after_return_period",
    ),
    models.CheckConstraint(
        condition=Q(status="cancelled", cancelled_at__isnull=False) & ~Q(cancel_reason="")
        | ~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancel_reason=""),
        name="order_cancelled_for_a_reason",
    ),
]

OF_LINE: list[models.BaseConstraint] = [
    models.UniqueConstraint(fields=["order", "position"], name="order_line_place"),
    models.CheckConstraint(
        condition=Q(quantity__gt=0, price_fen__gt=0, cost_fen__gte=0),
        name="order_line_amounts",
    ),
    models.CheckConstraint(
        condition=Q(subsidy_fen__gte=0, discount_fen__gte=F("subsidy_fen"))
        & Q(coins_fen__gte=0)
        & Q(
            coins_fen__lte=F("quantity") * F("price_fen") - F("discount_fen"),
        ),
        name="order_line_parts_fit",
    ),
    models.CheckConstraint(
        condition=Q(
            returned_quantity__lte=F("refunded_quantity"),
            refunded_quantity__lte=F("quantity"),
        )
        & Q(refunded_fen__gte=0, goodwill_fen__gte=0)
        & Q(
            refunded_fen__lte=F("quantity") * F("price_fen")
            - F("discount_fen")
            - F("goodwill_fen"),
        )
        & Q(subsidy_back_fen__gte=0, subsidy_back_fen__lte=F("subsidy_fen")),
        name="order_line_refunded_what_was_paid",
    ),
]
