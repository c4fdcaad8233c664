"""Production starts from the environment alone, and not at all on what would be unsafe."""

import hashlib
import os
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

SECRET = hashlib.sha256(b"a key that only this test uses").hexdigest()
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "lms.config.settings.production",
    "SECRET_KEY": SECRET,
    "BASE_URL": "https://training.example.com",
    "ALLOWED_HOSTS": "training.example.com",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "smtp+tls://user:word@127.0.0.1:1",
    "DEFAULT_FROM_EMAIL": "Training <training@example.com>",
}


def run(*words, **changes):
    """Run Python with the complete environment, changed; None leaves a variable out."""
    wanted = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **wanted},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_deployment_check_finds_nothing():
    outcome = run("manage.py", "check", "--deploy", "--fail-level", "INFO")
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    assert "no issues" in outcome.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "50 or more random"),
        ({"SECRET_KEY": "development-only-not-for-production-0123456789abcdef0123"}, "random"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "random"),
        ({"SECRET_KEY": "a" * 60}, "random"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"CELERY_BROKER_URL": None}, "CELERY_BROKER_URL"),
        ({"CACHE_URL": None}, "CACHE_URL"),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"BASE_URL": None}, "BASE_URL"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DEFAULT_FROM_EMAIL": None}, "DEFAULT_FROM_EMAIL"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_production_refuses_to_start(changes, words):
    outcome = run("-c", "import lms.config.settings.production", **changes)
    assert outcome.returncode != 0
    assert "ImproperlyConfigured" in outcome.stderr
    assert words in outcome.stderr


@pytest.mark.parametrize(("given", "proxies"), [(None, "1"), ("0", "0"), ("2", "2")])
def test_production_stands_behind_one_proxy_unless_told_otherwise(given, proxies):
    look = "import lms.config.settings.production as s; print(s.STANDARDBEARER['TRUSTED_PROXIES'])"
    outcome = run("-c", look, TRUSTED_PROXIES=given)
    assert outcome.stdout.strip() == proxies, outcome.stderr


def test_example_names_every_variable_that_production_needs():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))
    assert named == set(COMPLETE)
    assert re.search(r"^SECRET_KEY=$", text, re.MULTILINE), "an example must not hold a secret"
