"""What is told of results that people decided, and to whom a result is still news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.api import Employee, Notice, registry
from quizzes.attempts.models import Attempt, OpenAnswer

PROVIDER: Final = "result"
RESULT_IN: Final = "result_in"
NEWS_FOR: Final = timedelta(days=7)
"""How long a result stands on the person's home page."""


@dataclass(frozen=True, slots=True)
class FreshResult:
    """A result that a person decided lately: the quiz's title and where the result is."""

    title: str
    url: str


class ResultNotices:
    """Answers for notices whose subject begins with ``result:``, followed by the attempt's uuid.

    They say that there is a result, never which: a mail is read over shoulders.
    """

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, registry.NoticeVerdict]:
        """Return that a result stays one: what was decided is never taken back. Two queries."""
        del now
        found = load_attempts(notices)
        return {
            notice.pk: registry.NoticeVerdict(still_true=True)
            if uuid_of(notice) in found
            else registry.NoticeVerdict(still_true=False, reason="unknown")
            for notice in notices
        }

    def write(self, notices: Sequence[Notice]) -> dict[int, registry.NoticeText]:
        """Return the text per notice id, in the active language. One query."""
        found = load_attempts(notices)
        return {
            notice.pk: word_result(found[uuid_of(notice)])
            for notice in notices
            if uuid_of(notice) in found
        }


def uuid_of(notice: Notice) -> str:
    """Return which attempt a notice is about."""
    return notice.subject.partition(":")[2]


def load_attempts(notices: Sequence[Notice]) -> dict[str, Attempt]:
    """Return the decided attempts that notices are about, by uuid. One query."""
    uuids = [uuid_of(notice) for notice in notices]
    waiting = OpenAnswer.objects.waiting().filter(attempt_id=OuterRef("pk"))
    rows = Attempt.objects.filter(~Exists(waiting), uuid__in=uuids).select_related("quiz_version")
    return {str(row.uuid): row for row in rows}


def word_result(attempt: Attempt) -> registry.NoticeText:
    """Return what a person is told, in the active language."""
    words = {"quiz": attempt.quiz_version.body["title"]}
    return registry.NoticeText(
        title=_("Your result is in: %(quiz)s") % words,
        body=_("A person has marked what you wrote. The result shows what came of it.") % words,
        action_label=_("See your result"),
        action_path=address_of(attempt),
        why=_("You get this mail because you handed in a quiz that a person marks."),
    )


def address_of(attempt: Attempt) -> str:
    """Return where the person reads the result."""
    return reverse("sb_quizzes:result", kwargs={"uuid": attempt.uuid})


def list_fresh_results(*, employee: Employee, now: datetime) -> list[FreshResult]:
    """Return the results of the last days that a person decided, the newest first.

    Gone once the person has begun the next try that counts. One query, two where there are some.
    """
    notices = Notice.objects.filter(
        recipient=employee, kind=RESULT_IN, due_at__lte=now, due_at__gt=now - NEWS_FOR
    )
    subjects = list(notices.order_by("-due_at", "-pk").values_list("subject", flat=True))
    if not subjects:
        return []
    later = Attempt.objects.filter(
        employee_id=OuterRef("employee_id"),
        quiz_id=OuterRef("quiz_id"),
        purpose=Attempt.Purpose.SCORED,
        number__gt=OuterRef("number"),
    )
    uuids = [subject.partition(":")[2] for subject in subjects]
    rows = Attempt.objects.filter(~Exists(later), uuid__in=uuids, employee=employee)
    found = {str(row.uuid): row for row in rows.select_related("quiz_version")}
    return [
        FreshResult(found[uuid].quiz_version.body["title"], address_of(found[uuid]))
        for uuid in uuids
        if uuid in found
    ]
