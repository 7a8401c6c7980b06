"""Django with django-hordak and nothing else; runs in .venv-peers."""

import os

import dj_database_url

SECRET_KEY = "only-for-the-benchmark"  # noqa: S105
INSTALLED_APPS = ["django.contrib.contenttypes", "mptt", "hordak"]
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
# Micro-yuan, micro-shares and quota; three units are three currencies to it.
HORDAK_DECIMAL_PLACES = 6
HORDAK_MAX_DIGITS = 20
DEFAULT_CURRENCY = "CNY"
CURRENCIES = HORDAK_CURRENCIES = ["CNY", "SHR", "QTA"]
