from django.apps import AppConfig


class AftersaleConfig(AppConfig):
    name = "sharemall.aftersale"
