"""Standards from files, through the same road as an author's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lms.api import InvalidInputError, NotAllowedError, import_standards
from lms.standards.actions import ImportedStandards
from lms.standards.models import Standard, StandardVersion
from lms.standards.reads import read_latest_versions
from tests.lms.factories import UserFactory, make_granted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEMO = Path(__file__).resolve().parents[3] / "demo" / "standards.json"


def document(**changes):
    return {
        "code": "PHONE-01",
        "title": "Answer the phone",
        "statement": "By the third ring & kindly.",
        "category": "extra-offers",
        **changes,
    }


def bring_in(*documents, actor=None):
    return import_standards(documents=documents, actor=actor, now=NOW)


def test_a_new_standard_goes_live_with_its_first_version():
    actor = make_granted("hr")
    assert bring_in(document(), actor=actor) == ImportedStandards(1, 0, 0)
    version = StandardVersion.objects.get()
    assert version.published_by == actor
    assert version.body["statement"] == "<p>By the third ring &amp; kindly.</p>"
    assert version.body["category"] == {"slug": "extra-offers", "name": "Extra offers"}
    standard = Standard.objects.get()
    assert standard.live
    assert not standard.has_unpublished_changes


def test_the_same_file_twice_changes_nothing():
    bring_in(document())
    assert bring_in(document()) == ImportedStandards(0, 0, 1)
    assert StandardVersion.objects.count() == 1


def test_a_changed_text_must_say_what_kind_of_change_it_is():
    bring_in(document())
    with pytest.raises(InvalidInputError) as caught:
        bring_in(document(title="Answer at once"))
    assert caught.value.field == "PHONE-01.change"
    changed = document(title="Answer at once", change="material", change_note="At once")
    assert bring_in(changed) == ImportedStandards(0, 1, 0)
    assert bring_in(changed) == ImportedStandards(0, 0, 1)
    version = StandardVersion.objects.get(number=2)
    assert (version.material_number, version.change_note) == (2, "At once")


def test_a_draft_under_way_does_not_lose_its_place_to_an_unchanged_file():
    bring_in(document())
    draft = Standard.objects.get()
    draft.title = "Under way"
    draft.save_revision()
    assert bring_in(document()) == ImportedStandards(0, 0, 1)
    assert Standard.objects.get().get_latest_revision_as_object().title == "Under way"


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (document(title=""), "PHONE-01.title"),
        (document(colour="red"), "PHONE-01.colour"),
        (document(force="maybe"), "PHONE-01.force"),
        (document(review_months="often"), "PHONE-01.review_months"),
        (
            document(measures=[{"type": "count", "subject": "x", "comparison": "at_most"}]),
            "PHONE-01.measures.0.target",
        ),
    ],
)
def test_one_bad_document_names_its_fault_and_nothing_comes_in(broken, field):
    with pytest.raises(InvalidInputError) as caught:
        bring_in(document(code="GOOD-01"), broken)
    assert caught.value.field == field
    assert not Standard.objects.exists()


def test_script_in_a_statement_is_taken_out():
    bring_in(document(statement='<p onclick="x()">Hi<script>alert(1)</script></p>'))
    assert StandardVersion.objects.get().body["statement"] == "<p>Hi</p>"


@pytest.mark.parametrize("role", ["trainer", "auditor", "branch_manager"])
def test_only_who_may_publish_may_import(role):
    with pytest.raises(NotAllowedError):
        bring_in(document(), actor=make_granted(role))
    with pytest.raises(NotAllowedError):
        bring_in(document(), actor=UserFactory())
    assert not Standard.objects.exists()


def test_the_demo_companys_standards_come_in_and_read_as_sentences():
    documents = json.loads(DEMO.read_text(encoding="utf-8"))
    first = import_standards(documents=documents, actor=None, now=NOW)
    assert first.created == len(documents)
    again = import_standards(documents=documents, actor=None, now=NOW)
    assert again == ImportedStandards(0, 0, len(documents))
    texts = read_latest_versions([one["code"] for one in documents])
    sentences = {code: text.measures[0].sentence for code, text in texts.items() if text.measures}
    assert sentences["PHONE-01"] == "Phone answered within 3 rings"
    assert sentences["QUEUE-01"] == "When more than 3 customers wait, open another till"
    assert texts["COMPLAINT-01"].escalation[-1]["level"] == "4"
    assert texts["REFUND-01"].needs_acknowledgement


def test_a_version_holds_from_the_moment_of_the_import_and_the_owner_is_who_was_named():
    owner = make_granted("trainer")
    import_standards(documents=[document()], actor=None, now=NOW, owner=owner)
    version = StandardVersion.objects.get()
    assert (version.published_at, version.effective_on) == (NOW, NOW.date())
    standard = Standard.objects.get()
    assert standard.owner == owner
    assert standard.get_latest_revision_as_object().owner == owner


def test_who_brings_a_standard_in_owns_it_and_keeps_it_through_another_import():
    first, second = make_granted("hr"), make_granted("hr")
    bring_in(document(), actor=first)
    bring_in(document(title="At once", change="editorial", change_note="Words"), actor=second)
    assert Standard.objects.get().owner == first
