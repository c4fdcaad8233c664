"""The ASGI entry point of the bundled site."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings.production")

application = get_asgi_application()
