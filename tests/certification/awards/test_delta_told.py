"""What authors, HR and learners are told of a change."""

import pytest
import time_machine

from certification.awards.actions import (
    advance,
    end_assignment,
)
from certification.awards.reads import find_impact
from certification.models import (
    Cycle,
    CycleDelta,
)
from certification.reports.reads import explain_standing
from certification.reports.reads.explain import read_joined_changes
from lms.api import Notice, StandardVersion
from tests.certification.awards.changes import CHANGED, DAY, Counter, delta_cycle, hold
from tests.certification.factories import NOW, assign
from tests.lms.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_fewer_questions_than_wanted_are_all_asked_and_the_author_is_warned(commit):
    counter = Counter(questions=3)
    hold(counter, commit)
    (warning,) = find_impact(counter.standard).warnings
    assert "Only 3 of 5" in warning
    counter.change()
    assert sum(s["draw"]["count"] for s in counter.quiz.versions.get().body["slots"]) == 3


def test_the_number_the_author_sees_is_the_number_of_cycles_then_opened(commit):
    counter = Counter()
    first = hold(counter, commit)
    hold(counter, commit, make_person(first.home_branch))
    hold(counter, commit)
    assign(make_person(), counter.certification)  # still learning: not certified in it
    gone = hold(counter, commit)
    end_assignment(
        assignment=gone.assignments.get(),
        on=NOW.date() + 10 * DAY,
        reason="Moved",
        actor=None,
        now=NOW,
    )
    advance(now=NOW + 20 * DAY)
    with time_machine.travel(CHANGED, tick=False):
        impact = find_impact(counter.standard)
    assert (impact.people, impact.branches, impact.learners) == (3, 2, 1)
    assert impact.certifications == ("Counter service",)
    counter.change()
    assert Cycle.objects.filter(kind="delta").count() == 3
    stored = StandardVersion.objects.get(number=2).impact
    assert stored == {
        "people": 3, "learners": 1, "branches": 2, "certifications": ["Counter service"],
    }  # fmt: skip
    assert CycleDelta.objects.filter(cycle__kind="first").count() == 1


def test_everybody_is_told_once_what_to_do_by_when(commit):
    from lms import registry

    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    advance(now=CHANGED + DAY)
    notice = Notice.objects.get(kind="delta_published")
    assert notice.recipient_id == person.pk
    (provider,) = registry.notice_providers.of("delta")
    assert provider.check([notice], CHANGED)[notice.pk].still_true
    text = provider.write([notice])[notice.pk]
    assert text.title == "What changed: Refund within 14 days"
    assert "14 days instead of 30" in text.body
    assert "You stay certified." in text.body
    assert "May 31, 2026" in text.body or "31 May 2026" in text.body
    assert counter.lessons[1].title in text.body
    with commit():
        counter.learn(person, CHANGED + DAY)
    verdict = provider.check([notice], CHANGED + DAY)[notice.pk]
    assert (verdict.still_true, verdict.reason) == (False, "done")


def test_the_persons_page_names_the_change_beside_its_cycle(commit, admin_client):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    html = admin_client.get(f"/admin/certification/people/{person.uuid}/").content.decode()
    assert "Change of a standard" in html
    assert "What changed: REFUND-01: 14 days instead of 30." in html


def test_the_reasons_of_the_due_day_name_the_change_and_the_standard(commit):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    told = {
        on: explain_standing(employee=person, certification=counter.certification, on=on)
        for on in (CHANGED.date() - DAY, CHANGED.date())
    }
    assert "What changed" not in told[CHANGED.date() - DAY].due_because
    assert told[CHANGED.date()].due_because == (
        "30 days after it opened on 1 May 2026. What changed: REFUND-01: 14 days instead of 30."
    )
    changes = read_joined_changes(person)
    assert changes == {delta_cycle(person).pk: ["What changed: REFUND-01: 14 days instead of 30."]}


def test_hr_sees_what_is_still_missing_of_a_change(commit, admin_client):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()

    def missing():
        html = admin_client.get(f"/admin/certification/people/{person.uuid}/").content.decode()
        _before, _heading, after = html.partition("Still missing")
        return after.partition("</ul>")[0]

    quiz = "What changed: Refund within 14 days (5 questions)"
    assert quiz in missing()
    assert counter.lessons[1].title in missing()
    assert "Finish the course" not in missing()
    with commit():
        counter.finish(person, CHANGED + DAY, counter.lessons[1:])
    assert quiz in missing()
    assert counter.lessons[1].title not in missing()


def test_my_record_names_the_open_change_and_its_due_day(commit, client):
    counter = Counter()
    person = hold(counter, commit)
    counter.change()
    client.force_login(person.user)
    html = client.get("/my/record/").content.decode()
    assert "REFUND-01: 14 days instead of 30" in html
    assert "Learn it by 31 May 2026." in html
    with commit():
        counter.learn(person, CHANGED + DAY)
    assert "What changed" not in client.get("/my/record/").content.decode()
