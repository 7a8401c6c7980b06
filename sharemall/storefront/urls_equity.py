"""Addresses of the equity pages and of the pages that show what the points stand on."""

from django.urls import path

from sharemall.storefront.views import equity, public, rule_changes

urlpatterns = [
    path("equity/", equity.overview, name="equity"),
    path("equity/dividends/", equity.dividends, name="equity-dividends"),
    path("equity/movements/", equity.movements, name="equity-movements"),
    path("equity/sell/", equity.sell, name="equity-sell"),
    path("equity/sell/quote/", equity.sell_quote, name="equity-sell-quote"),
    path("equity/sell/<uuid:key>/", equity.sold, name="equity-sold"),
    path("honour/", public.honour, name="honour"),
    path("transparency/", public.transparency, name="transparency"),
    path("transparency/days/", public.days, name="transparency-days"),
    path("how-it-works/", public.how_it_works, name="rules"),
    path("rule-changes/", rule_changes.rule_changes, name="rule-changes"),
]
