from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "sharemall.messages"
    label = "mall_messages"  # Django has a "messages" of its own
