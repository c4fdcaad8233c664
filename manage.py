#!/usr/bin/env python
"""Run a management command of the bundled site."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings.dev")
    import lms.config.celery  # noqa: F401  (so that commands and checks see the site's schedule)

    execute_from_command_line(sys.argv)
