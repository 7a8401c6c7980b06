"""Addresses of the wallet: what it holds, statements, coins for shares, paying in person."""

from django.urls import path

from sharemall.storefront.views import coins, payment_password, till, wallet

urlpatterns = [
    path("wallet/", wallet.wallet, name="wallet"),
    path("wallet/statement/", wallet.statement, name="wallet-statement"),
    path("wallet/coins/", coins.coins, name="wallet-coins"),
    path("wallet/coins/quote/", coins.quote, name="wallet-coins-quote"),
    path("wallet/coins/<uuid:key>/", coins.exchanged, name="wallet-exchanged"),
    path("wallet/password/", payment_password.payment_password, name="payment-password"),
    path("till/", till.till, name="till"),
    path("till/code/", till.code, name="till-code"),
    path("till/waiting/", till.waiting, name="till-waiting"),
    path("till/pay/<slug:key>/", till.scan, name="till-scan"),
    path("till/payments/<slug:no>/", till.payment, name="till-payment"),
    path("till/payments/<slug:no>/decline/", till.decline, name="till-decline"),
]
