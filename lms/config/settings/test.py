"""Tests: quick hashing, mails in memory, everything else as in development."""

import os

from lms.config.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = "tests-only-0123456789abcdef0123456789abcdef"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
CACHES["default"]["KEY_PREFIX"] = f"tests-{os.getpid()}"  # processes share one Redis
if CACHES["default"]["LOCATION"].startswith("redis"):
    # Clearing the cache empties a whole database of Redis: each worker of the tests has its own,
    # counted down from the one that is named.
    _server, _, _number = CACHES["default"]["LOCATION"].rpartition("/")
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    CACHES["default"]["LOCATION"] = f"{_server}/{int(_number) - int(_worker)}"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = {}
WAGTAILADMIN_BASE_URL = "http://testserver"
