"""A renewal that asks only to confirm a policy: reading it again is what renews."""

from datetime import UTC, datetime

import pytest

from certification.awards.actions import advance
from tests.certification.factories import NOW, assign, confirm, make_simple_certification
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db


def test_confirming_the_same_version_again_renews():
    certification, standard = make_simple_certification()
    person = make_person()
    assign(person, certification)
    confirm(person, standard, NOW)
    advance(now=NOW)
    first = person.awards.get()
    window = datetime(2027, 2, 10, 9, 0, tzinfo=UTC)
    advance(now=window)
    advance(now=window)
    assert person.awards.count() == 1
    confirm(person, standard, window)
    confirm(person, standard, window)
    advance(now=window)
    assert person.awards.count() == 2
    assert person.awards.exclude(pk=first.pk).get().valid_until > first.valid_until
