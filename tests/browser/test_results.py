"""Every result of the demo company is what its rules give."""

from __future__ import annotations

import pytest
from django.db import connection

from quizzes.api import find_wrong_results
from tests.browser.site import find_template


def test_verifying_finds_every_result_as_its_rules_give_it(django_db_setup, django_db_blocker):
    if connection.vendor != "sqlite":
        pytest.skip("The loaded company is a file of SQLite.")
    values = connection.settings_dict
    before = values["NAME"]
    with django_db_blocker.unblock():
        connection.close()
        values["NAME"] = str(find_template() / "demo.sqlite3")
        try:
            assert list(find_wrong_results()) == []
        finally:
            connection.close()
            values["NAME"] = before
