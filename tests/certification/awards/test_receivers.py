"""What was finished below is counted above, if anything asks for it."""

from uuid import uuid4

import pytest

from certification.awards.receivers import consume_finished_work, is_asked_for
from lms.api import DomainEvent
from tests.certification.factories import NOW, make_simple_certification
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db


def test_a_lesson_that_nothing_asks_for_takes_two_queries(django_assert_num_queries):
    make_simple_certification()
    payload = {"employee": str(make_person().uuid), "lesson": str(uuid4())}
    event = DomainEvent(kind="lesson_finished", payload=payload)
    with django_assert_num_queries(2):
        consume_finished_work(event, NOW)


def test_what_a_certification_asks_for_is_counted():
    _certification, standard = make_simple_certification()
    assert is_asked_for({"standard": str(standard.uuid)})
    assert not is_asked_for({"quiz": str(uuid4())})
