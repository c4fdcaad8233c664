"""A developer's machine and the demo: SQLite, a broker in files, mails kept on disk."""

from lms.config.settings.base import *  # noqa: F403

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = "development-only-not-for-production-0123456789abcdef"  # noqa: S105
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
INTERNAL_IPS: list[str] = []
VAR_DIR.mkdir(exist_ok=True)
if not env("EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mails")
DEFAULT_FROM_EMAIL = "Harbour & Finch Training <training@harbourfinch.example>"
if "CACHE_URL" not in env.ENVIRON:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR_DIR / "cache"),
        }
    }
WAGTAIL_SITE_NAME = env("COMPANY_NAME", default="Harbour & Finch")
STANDARDBEARER = {"COMPANY_NAME": WAGTAIL_SITE_NAME}
