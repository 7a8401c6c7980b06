"""Addresses of inviting others."""

from django.urls import path

from sharemall.storefront.views import referral

urlpatterns = [
    path("me/invite/", referral.invite, name="invite"),
    path("me/invite/poster.svg", referral.poster_svg, name="invite-poster-svg"),
    path("me/invite/poster.png", referral.poster_png, name="invite-poster-png"),
    path("me/invitees/", referral.invitees, name="invitees"),
]
