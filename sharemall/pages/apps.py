"""Banners, home's sections, notices and policies."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sharemall.pages"
