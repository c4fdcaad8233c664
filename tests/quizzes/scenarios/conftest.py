"""A database that threads share: a copy of the test database in a file of its own."""

import shutil

import pytest
from django.conf import settings
from django.db import connections


@pytest.fixture
def committing_database(request, django_db_setup, django_db_blocker, tmp_path):
    """Let a test commit for real, and leave the database of the other tests as it is."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.sqlite3":
        request.getfixturevalue("transactional_db")
        yield
        return
    connection = connections["default"]
    original = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        shutil.copy(original, tmp_path / "copy.sqlite3")
        settings.DATABASES["default"]["NAME"] = str(tmp_path / "copy.sqlite3")
        connection.settings_dict["NAME"] = str(tmp_path / "copy.sqlite3")
        yield
        connection.close()
        settings.DATABASES["default"]["NAME"] = original
        connection.settings_dict["NAME"] = original
