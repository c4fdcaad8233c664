"""The Celery application. The broker is a doorbell: rows in the database are the record."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import beat_init, worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings.dev")

app = Celery("standardbearer")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The broker is a doorbell: every task looks into the database for what is due, so that a missed
# or doubled ring changes nothing.
app.conf.beat_schedule = {
    "deliver": {
        "task": "lms.messages.deliver",
        "schedule": float(os.environ.get("RING_SECONDS", "60")),
    },
    "publish-scheduled": {"task": "lms.standards.publish_scheduled", "schedule": 60.0},
    "close-attempts": {"task": "quizzes.close_overdue_attempts", "schedule": 300.0},
    "count-impacts": {"task": "certification.count_impacts", "schedule": 60.0},
    "continue-bulk-actions": {"task": "certification.continue_bulk_actions", "schedule": 60.0},
    "advance": {"task": "certification.advance", "schedule": 600.0},
}


@worker_init.connect
@beat_init.connect
def _make_broker_folders(**_kwargs: object) -> None:
    """Create the folders of the embedded broker; other brokers have none."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    for name, folder in options.items():
        if "folder" in name:
            Path(folder).mkdir(parents=True, exist_ok=True)
