"""Signing in and out, registering, the member's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def sign_in(request: HttpRequest) -> HttpResponse:
    return render(request, "members/sign_in.html")


demo_sign_in = register = sign_out = me = sign_in
