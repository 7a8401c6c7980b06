"""Addresses of after-sale: asking, the member's cases, what the member does with one."""

from django.urls import path

from sharemall.storefront.views import aftersale

urlpatterns = [
    path("orders/<slug:no>/after-sale/<int:position>/", aftersale.ask, name="case-ask"),
    path("me/after-sale/", aftersale.cases, name="cases"),
    path("me/after-sale/<slug:no>/", aftersale.case, name="case"),
    path("me/after-sale/<slug:no>/withdraw/", aftersale.withdraw, name="case-withdraw"),
    path("me/after-sale/<slug:no>/take/", aftersale.take, name="case-take"),
    path("me/after-sale/<slug:no>/appeal/", aftersale.appeal, name="case-appeal"),
    path("me/after-sale/<slug:no>/send-back/", aftersale.send_back, name="case-send-back"),
    path("me/after-sale/<slug:no>/confirm/", aftersale.confirm, name="case-confirm"),
]
