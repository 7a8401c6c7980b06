"""Addresses of looking around: zones, categories, lists of goods, products, coupons."""

from django.urls import path

from sharemall.storefront.views import listing, mine, policies, product, pwa, shop

urlpatterns = [
    path("", shop.home, name="home"),
    path("zones/", shop.zones, name="zones"),
    path("zones/<slug:key>/", shop.zone, name="zone"),
    path("categories/", listing.categories, name="categories"),
    path("categories/<slug:slug>/", listing.category, name="category"),
    path("goods/", listing.goods, name="goods"),
    path("shops/<slug:key>/", listing.shop, name="shop"),
    path("products/<slug:slug>/", product.product, name="product"),
    path("products/<slug:slug>/reviews/", product.reviews, name="product-reviews"),
    path("products/<slug:slug>/favourite/", product.favourite, name="favourite"),
    path("favourites/", mine.favourites, name="favourites"),
    path("history/", mine.visits, name="visits"),
    path("history/clear/", mine.clear_visits, name="visits-clear"),
    path("coupons/", mine.coupons, name="coupons"),
    path("coupons/mine/", mine.my_coupons, name="my-coupons"),
    path("coupons/<int:coupon_id>/claim/", mine.claim, name="coupon-claim"),
    path("policies/<slug:slug>/", policies.policy, name="policy"),
    path("policies/<slug:slug>/<int:number>/", policies.policy, name="policy-version"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service-worker"),
    path("offline/", pwa.offline, name="offline"),
]
