"""“I have read version 3”: once, by name, of the version that was on the screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lms.api import InvalidInputError, NotAllowedError, NotFoundError, RuleError, registry
from lms.ledger.models import DomainEvent
from lms.standards.actions import acknowledge_standard
from lms.standards.models import Acknowledgement
from lms.standards.reads import read_standard_page
from tests.lms.factories import UserFactory, make_person
from tests.lms.standards.factories import change_standard, draft_standard, publish_standard

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def confirm(employee, standard, name="Ada Lovelace", **options):
    options.setdefault("actor", employee.user)
    options.setdefault("now", NOW)
    return acknowledge_standard(
        employee=employee, standard=standard, name_as_written=name, **options
    )


def test_a_confirmation_keeps_version_name_and_moment_and_is_told():
    person, standard = make_person(), publish_standard("REFUND-01")
    given = confirm(person, standard, name="  Ada   Lovelace ")
    assert given.name_as_written == "Ada Lovelace"
    assert given.acknowledged_at == NOW
    assert given.version.number == 1
    event = DomainEvent.objects.get(kind="standard_acknowledged")
    assert event.payload == {
        "employee": str(person.uuid),
        "acknowledgement": str(given.uuid),
        "standard": str(standard.uuid),
        "done_at": "2026-03-02T09:00:00+00:00",
        "material_number": 1,
    }


def test_confirming_twice_is_once():
    person, standard = make_person(), publish_standard("REFUND-01")
    first = confirm(person, standard)
    assert confirm(person, standard, name="Somebody Else") == first
    assert Acknowledgement.objects.get().name_as_written == "Ada Lovelace"
    assert DomainEvent.objects.filter(kind="standard_acknowledged").count() == 1


@pytest.fixture
def asked_again():
    """Let something above ask for confirmations again, from an hour after the first on."""
    since = NOW + timedelta(hours=1)

    def provide(employee, kind, uuid):
        return since if kind == "acknowledgement" else None

    registry.counts_from.register(provide)
    yield since
    registry.counts_from._items.remove(provide)


def test_what_is_asked_for_again_is_confirmed_again_and_once(asked_again):
    person, standard = make_person(), publish_standard("REFUND-01")
    first = confirm(person, standard)
    again = confirm(person, standard, now=asked_again)
    assert again != first
    assert confirm(person, standard, now=asked_again + timedelta(days=1)) == again
    assert DomainEvent.objects.filter(kind="standard_acknowledged").count() == 2


def test_the_page_asks_again_and_says_when_it_was_confirmed(asked_again):
    person, standard = make_person(), publish_standard("REFUND-01", needs_acknowledgement=True)
    confirm(person, standard)
    page = read_standard_page(code="REFUND-01", employee=person)
    assert page.asks_to_confirm
    assert page.confirmed_before.acknowledged_at == NOW
    confirm(person, standard, now=asked_again)
    assert read_standard_page(code="REFUND-01", employee=person).confirmed.round == 2


def test_each_version_is_confirmed_for_itself():
    person, standard = make_person(), publish_standard("REFUND-01")
    confirm(person, standard)
    confirm(person, change_standard(standard, title="New"))
    numbers = Acknowledgement.objects.values_list("version__material_number", flat=True)
    assert sorted(numbers) == [1, 2]


def test_a_version_that_was_never_on_the_screen_is_not_confirmed():
    person, standard = make_person(), publish_standard("REFUND-01")
    change_standard(standard, title="New")
    with pytest.raises(RuleError) as caught:
        confirm(person, standard, number=1)
    assert caught.value.code == "standard_changed"
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "A" * 241, "Ada\x00", "Ada\ud800"])
def test_a_name_that_is_none_is_refused(name):
    person, standard = make_person(), publish_standard("REFUND-01")
    with pytest.raises(InvalidInputError) as caught:
        confirm(person, standard, name=name)
    assert caught.value.field == "name_as_written"
    assert not Acknowledgement.objects.exists()


def test_nobody_confirms_for_somebody_else():
    person, standard = make_person(), publish_standard("REFUND-01")
    with pytest.raises(NotAllowedError):
        confirm(person, standard, actor=UserFactory(superuser=True))


def test_what_is_not_in_force_cannot_be_confirmed():
    person = make_person()
    with pytest.raises(NotFoundError):
        confirm(person, draft_standard())
    gone = publish_standard("REFUND-01")
    gone.unpublish()
    with pytest.raises(NotFoundError):
        confirm(person, gone)
