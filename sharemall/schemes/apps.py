from django.apps import AppConfig


class SchemesConfig(AppConfig):
    name = "sharemall.schemes"

    def ready(self) -> None:
        from sharemall.messages import kinds
        from sharemall.schemes.telling import KINDS

        kinds.add(*KINDS)
