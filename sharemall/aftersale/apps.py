from django.apps import AppConfig


class AftersaleConfig(AppConfig):
    name = "sharemall.aftersale"

    def ready(self) -> None:
        from sharemall.aftersale.telling import CASE
        from sharemall.messages import kinds

        kinds.add(CASE)
