"""Addresses of buying: cart, checkout, paying, a member's orders, addresses and reviews."""

from django.urls import path

from sharemall.storefront.views import (
    addresses,
    cart,
    cashier,
    checkout,
    notify,
    orders,
    reviews,
    sandbox,
)

urlpatterns = [
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="cart-add"),
    path("cart/change/", cart.change, name="cart-change"),
    path("checkout/", checkout.checkout, name="checkout"),
    path("me/addresses/", addresses.addresses, name="addresses"),
    path("me/addresses/new/", addresses.add, name="address-new"),
    path("me/addresses/regions/", addresses.regions, name="regions"),
    path("me/addresses/<int:address_id>/", addresses.edit, name="address"),
    path("me/addresses/<int:address_id>/remove/", addresses.remove, name="address-remove"),
    path("me/addresses/<int:address_id>/default/", addresses.make_default, name="address-default"),
    path("pay/<slug:no>/", cashier.pay, name="pay"),
    path("pay/<slug:no>/start/", cashier.start, name="pay-start"),
    path("pay/<slug:no>/done/", cashier.done, name="pay-done"),
    path("sandbox/<slug:asked>/", sandbox.sandbox, name="sandbox"),
    path("payments/<slug:provider>/notify/", notify.notify, name="notify"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<slug:no>/", orders.order, name="order"),
    path("orders/<slug:no>/receive/", orders.receive, name="order-receive"),
    path("orders/<slug:no>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<slug:no>/again/", orders.again, name="order-again"),
    path("orders/<slug:no>/review/<int:position>/", reviews.write, name="review-write"),
    path("me/reviews/", reviews.mine, name="my-reviews"),
    path("me/reviews/to-write/", reviews.to_write, name="reviews-to-write"),
]
