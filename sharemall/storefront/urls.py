"""The shopper's addresses."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from sharemall.storefront.views import demo, members, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", members.sign_in, name="sign-in"),
    path("demo-sign-in/", members.demo_sign_in, name="demo-sign-in"),
    path("register/", members.register, name="register"),
    path("sign-out/", members.sign_out, name="sign-out"),
    path("me/", members.me, name="me"),
    path("language/", set_language, name="language"),
    path("brand.css", pages.brand_css, name="brand-css"),
    path("media/<path:name>", pages.media, name="media"),
    path("demo/", demo.demo, name="demo"),
    path("", include("sharemall.storefront.urls_shop")),
    path("", include("sharemall.storefront.urls_orders")),
    path("", include("sharemall.storefront.urls_aftersale")),
    path("", include("sharemall.storefront.urls_equity")),
    path("", include("sharemall.storefront.urls_wallet")),
    path("", include("sharemall.storefront.urls_referral")),
    path("", include("sharemall.storefront.urls_messages")),
]
