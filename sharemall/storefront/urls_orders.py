"""Addresses of buying and of a member's orders."""

from django.urls import path

from sharemall.storefront.views import orders

urlpatterns = [
    path("products/<slug:slug>/buy/", orders.buy, name="buy"),
    path("pay/<slug:no>/", orders.pay, name="pay"),
    path("payments/<slug:provider>/notify/", orders.notify, name="notify"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<slug:no>/", orders.order, name="order"),
    path("orders/<slug:no>/receive/", orders.receive, name="order-receive"),
    path("orders/<slug:no>/cancel/", orders.cancel, name="order-cancel"),
]
