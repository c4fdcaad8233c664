"""People who hold or need certifications, for the tests of pages."""

from datetime import date

from certification.awards.actions import PastAward, record_past_awards
from certification.models import Award
from tests.certification.factories import NOW, make_simple_certification
from tests.lms.factories import make_person


def make_award(
    person=None, certification=None, *, start=date(2026, 1, 10), until=date(2027, 1, 10)
):
    """Return an award of a person (new ones when not given), valid [start, until)."""
    person = person or make_person(given_name="Amara", family_name="Nwosu")
    certification = certification or make_simple_certification()[0]
    row = PastAward(person.pk, certification.pk, start, start, until, "register")
    record_past_awards(rows=[row], actor=None, now=NOW)
    return Award.objects.get(employee=person, certification=certification, valid_from=start)
