from django.apps import AppConfig


class BrandConfig(AppConfig):
    name = "sharemall.brand"
