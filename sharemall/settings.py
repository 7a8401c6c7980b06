"""Django settings. What differs between malls comes from the environment, read in `config.py`."""

from sharemall import config

MODE = config.mode()
DATA_DIR = config.data_dir()
SECRET_KEY = config.secret_key()
DEBUG = False
ALLOWED_HOSTS = config.allowed_hosts()
CSRF_TRUSTED_ORIGINS = config.trusted_origins()

INSTALLED_APPS = [
    # Before the frame that it is in: it overrides some of its templates.
    "sharemall.console",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "sharemall.clock",
    "sharemall.ledger",
    "sharemall.brand",
    "sharemall.members",
    "sharemall.referral",
    "sharemall.messages",
    "sharemall.tickets",
    "sharemall.office",
    "sharemall.merchants",
    "sharemall.coupons",
    "sharemall.catalogue",
    "sharemall.pages",
    "sharemall.payments",
    "sharemall.till",
    "sharemall.orders",
    "sharemall.reviews",
    "sharemall.aftersale",
    "sharemall.schemes",
    "sharemall.compliance",
    "sharemall.history",
    "sharemall.simulations",
    "sharemall.storefront",
]

MIDDLEWARE = [
    "sharemall.storefront.middleware.shopper_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages alone: static files are kept compressed. It pads answers by a random length, so that
    # their size tells nothing of the tokens in them.
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sharemall.storefront.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sharemall.storefront.invited.invitation",
    "sharemall.storefront.middleware.seen_today",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "sharemall.urls"
WSGI_APPLICATION = "sharemall.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "sharemall.storefront.context.mall",
                "sharemall.console.context.frame",
            ],
            "builtins": ["sharemall.storefront.templatetags.links"],
            "libraries": {"i18n": "sharemall.storefront.templatetags.texts"},
        },
    },
]

DATABASES = {"default": config.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "members.Member"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = sorted(path for path in (config.PACKAGE / "locale").iterdir() if path.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# What the background process does, in the order of the wishes: a table of the same database.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# The console's frame. Its palette is the mall's own green; the menu is made for who asks.
UNFOLD = {
    "SITE_TITLE": "Sharemall",
    "SITE_HEADER": "Sharemall",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/",
    "THEME": "light",
    "SHOW_LANGUAGES": False,
    "BORDER_RADIUS": "8px",
    "COLORS": {
        "primary": {
            "50": "#eefaf5",
            "100": "#d7f2e7",
            "200": "#b1e4d1",
            "300": "#7fcfb4",
            "400": "#46b092",
            "500": "#1f9273",
            "600": "#0f7b5f",
            "700": "#0c624d",
            "800": "#0a4d3c",
            "900": "#083f32",
            "950": "#04241d",
        },
    },
    "STYLES": ["sharemall.console.menu.style_sheet"],
    "SCRIPTS": ["sharemall.console.menu.shop_script", "sharemall.console.menu.script"],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": "sharemall.console.menu.favicon"}
    ],
    "SIDEBAR": {"navigation": "sharemall.console.menu.navigation"},
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = MODE == "live"
CSRF_FAILURE_VIEW = "sharemall.storefront.views.errors.csrf_failure"
CSRF_COOKIE_SECURE = MODE == "live"
SECURE_SSL_REDIRECT = False
# What a proxy says of a request counts only where the operator says that there is one.
PROXIES = config.proxies()
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if MODE == "live" else 0

# Warnings and errors are for the terminal as well; the requests that browsers get wrong are not.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "level": "WARNING", "formatter": "line"},
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": config.log_file(),
            "formatter": "line",
            "encoding": "utf-8",
            "delay": True,
        },
    },
    "root": {"handlers": ["terminal", "file"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
