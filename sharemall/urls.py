"""Every address of the mall."""

from django.urls import include, path

urlpatterns = [
    path("console/", include("sharemall.console.urls")),
    path("", include("sharemall.storefront.urls")),
]

handler400 = "sharemall.storefront.views.errors.bad_request"
handler403 = "sharemall.storefront.views.errors.forbidden"
handler404 = "sharemall.storefront.views.errors.not_found"
handler500 = "sharemall.storefront.views.errors.server_error"
