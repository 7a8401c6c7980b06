from django.apps import AppConfig


class TillConfig(AppConfig):
    name = "sharemall.till"

    def ready(self) -> None:
        from sharemall.messages import kinds
        from sharemall.till.telling import KINDS

        kinds.add(*KINDS)
