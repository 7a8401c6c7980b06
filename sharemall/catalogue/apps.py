from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "sharemall.catalogue"
