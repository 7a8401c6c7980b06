"""Every address of the mall."""

from django.urls import include, path

urlpatterns = [
    path("", include("sharemall.storefront.urls")),
]
