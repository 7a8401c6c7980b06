from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    name = "sharemall.merchants"
