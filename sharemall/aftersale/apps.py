from django.apps import AppConfig


class AftersaleConfig(AppConfig):
    name = "sharemall.aftersale"

    def ready(self) -> None:
        """Members are told of their cases."""
        from sharemall.aftersale import news

        news.make_known()
