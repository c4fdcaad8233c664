"""Fixtures of every test: a database copied from a template, so that a run starts in seconds."""

import gc

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import (
    digest_schema,  # noqa: F401  (the browser tests look here)
    open_database,
)
from tests.indexes import keep_indexes, skip_indexes

DATABASE = pytest.StashKey()

# The suite runs often, and draws other examples each time. `--hypothesis-profile=default` has more.
# That a machine is busy with something else is no fault of a test: how long it takes is not asked.
hypothesis_settings.register_profile(
    "suite", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Use a migrated database of this process, on SQLite and on PostgreSQL alike."""
    with django_db_blocker.unblock():
        database = open_database()
    request.config.stash[DATABASE] = (database, django_db_blocker)
    with pytest.MonkeyPatch.context() as patch:
        # Instead of emptying the tables after a test that commits, throw the copy away.
        patch.setattr(
            TransactionTestCase,
            "_fixture_teardown",
            lambda _test: setattr(database, "spoilt", True),
        )
        yield
    del request.config.stash[DATABASE]
    with django_db_blocker.unblock():
        database.end()


@pytest.fixture(scope="session", autouse=True)
def lean_indexes():
    """Leave Wagtail's indexes alone, but for the tests that ask for them."""
    with skip_indexes():
        yield


@pytest.fixture
def indexes():
    """Keep Wagtail's search and reference indexes: what is searched, used or deleted needs them."""
    with keep_indexes():
        yield


@pytest.fixture
def committing_database(request, django_db_setup, django_db_blocker):
    """Let a test commit for real, so that its threads see what it wrote."""
    database, _blocker = request.config.stash[DATABASE]
    with django_db_blocker.unblock():
        yield
        database.spoilt = True


def pytest_collection_finish():
    """Look for garbage less often, and not among what lives until the end of the run anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Refill the database when the test before spoilt it."""
    opened = item.config.stash.get(DATABASE, None)
    if opened is not None:
        database, blocker = opened
        with blocker.unblock():
            database.refill_if_spoilt()
