"""Addresses of signing in by code and WeChat, messages, settings, and questions."""

from django.urls import path

from sharemall.storefront.views import news, questions, settings, signing

urlpatterns = [
    path("sign-in/code/", signing.sign_in_code, name="sign-in-code"),
    path("sign-in/wechat/", signing.wechat, name="sign-in-wechat"),
    path("sign-in/wechat/back/", signing.wechat_back, name="sign-in-wechat-back"),
    path("sign-in/wechat/bind/", signing.wechat_bind, name="sign-in-wechat-bind"),
    path("demo/wechat/", signing.sandbox_wechat, name="sandbox-wechat"),
    path("demo/sent/", news.sent, name="sent"),
    path("me/messages/", news.news, name="messages"),
    path("me/messages/read/", news.read_all, name="messages-read"),
    path("me/messages/<int:message_id>/", news.open_message, name="message"),
    path("me/settings/", settings.settings_page, name="settings"),
    path("me/settings/prove/", settings.prove, name="settings-prove"),
    path("me/settings/phone/", settings.phone, name="settings-phone"),
    path("me/settings/password/", settings.password, name="settings-password"),
    path("me/settings/messages/", settings.wishes, name="settings-messages"),
    path("me/settings/wechat/remove/", settings.wechat_remove, name="settings-wechat-remove"),
    path("me/settings/devices/", settings.device_list, name="settings-devices"),
    path(
        "me/settings/devices/<int:device_id>/sign-out/",
        settings.device_sign_out,
        name="settings-device-sign-out",
    ),
    path(
        "me/settings/devices/others/",
        settings.others_sign_out,
        name="settings-others-sign-out",
    ),
    path("help/", questions.tickets, name="help"),
    path("help/new/", questions.new, name="help-new"),
    path("help/<slug:no>/", questions.ticket, name="ticket"),
    path("help/<slug:no>/close/", questions.close, name="ticket-close"),
]
