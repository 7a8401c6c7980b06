from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "sharemall.schemes"
