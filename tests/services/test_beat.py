"""One reminder leaves through beat, broker, a real worker and a real mail server."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certification.models import Standing
from lms.models import Mail, Notice
from tests.certification.factories import assign, make_simple_certification
from tests.lms.factories import make_person
from tests.services.conftest import environment, running, wait_until

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("services"),
]


def test_a_reminder_leaves_through_beat_and_a_worker(sink, tmp_path):
    now = timezone.now()
    certification, _ = make_simple_certification(now=now - timedelta(days=60))
    person = make_person()
    assign(person, certification, now)
    assert Standing.objects.get().badge == "not_started"
    assert Notice.objects.filter(kind="assigned", state="planned").count() == 1

    env = environment(sink, VAR_DIR=str(tmp_path))
    schedule = str(tmp_path / "schedule")
    worker = (
        "-m",
        "celery",
        "-A",
        "lms.config.celery",
        "worker",
        "--pool",
        "solo",
        "-l",
        "WARNING",
    )
    beat = ("-m", "celery", "-A", "lms.config.celery", "beat", "-s", schedule, "-l", "WARNING")
    with running(*worker, env=env), running(*beat, env=env):
        wait_until(lambda: sink.messages)
        wait_until(lambda: Mail.objects.filter(state="sent").count() == 1)
    assert len(sink.messages) == 1
    assert b"Title of CERT" in sink.messages[0]
    assert person.email.encode() in sink.messages[0]
    assert Notice.objects.get(kind="assigned").state == "in_mail"
