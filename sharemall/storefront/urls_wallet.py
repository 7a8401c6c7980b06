"""Addresses of the wallet: what it holds, statements, coins for shares."""

from django.urls import path

from sharemall.storefront.views import coins, wallet

urlpatterns = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/statement/", wallet.statement, name="wallet-statement"),
    path("wallet/coins/", coins.coins, name="wallet-coins"),
    path("wallet/coins/quote/", coins.quote, name="wallet-coins-quote"),
    path("wallet/coins/<uuid:key>/", coins.exchanged, name="wallet-exchanged"),
]
