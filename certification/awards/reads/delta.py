"""Whom a material change of a standard reaches, and what its notices say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.awards.models import Award, Cycle
from certification.awards.reads.rulebook import load_rulebook
from certification.catalogue.models import Certification, CertificationVersion
from certification.standing.models import Standing, StandingQuerySet
from courses import api as courses_api
from lms.api import Standard, registry
from quizzes import api as quizzes_api


@dataclass(frozen=True)
class Covering:
    """A certification that covers a standard, by its version in force.

    ``lessons`` are those of the courses it asks for that teach the standard.
    """

    certification: Certification
    version: CertificationVersion
    lessons: tuple[courses_api.TaughtLesson, ...]


def find_covering(standard: Standard, *, on: date) -> list[Covering]:
    """Return the certifications that cover a standard on a day; retired ones do not.

    One covers it that asks for a course teaching it, a quiz or role-play that names it, or its
    confirmation. At most nine queries.
    """
    rulebook = load_rulebook()
    lessons = courses_api.list_taught_lessons(standard.uuid)
    named: dict[str, set[UUID]] = {
        "course": courses_api.find_courses_teaching(standard.uuid),
        "quiz": quizzes_api.find_quizzes_asking(standard),
        "scenario": quizzes_api.find_scenarios_playing(standard),
        "acknowledgement": {standard.uuid},
    }
    found = []
    for certification in rulebook.certifications.values():
        version = rulebook.version_on(certification.pk, on)
        retired_on = certification.retired_on
        if version is None or (retired_on is not None and retired_on <= on):
            continue
        needs = rulebook.needs.get(version.pk, [])
        if any(need.target in named.get(need.kind, ()) for need in needs):
            courses = {need.target for need in needs if need.kind == "course"}
            taught = tuple(lesson for lesson in lessons if lesson.course in courses)
            found.append(Covering(certification, version, taught))
    return found


def find_holders(certification_ids: Collection[int]) -> StandingQuerySet:
    """Return the standings of who holds one of these and is asked for it, on leave or not.

    Whoever is only suspended until an earlier change is caught up on holds it too.
    """
    catching_up = Cycle.objects.filter(
        employee_id=OuterRef("employee_id"),
        certification_id=OuterRef("certification_id"),
        state=Cycle.State.OPEN,
        kind=Cycle.Kind.DELTA,
    )
    return Standing.objects.filter(
        Q(standing__in=("valid", "grace")) | Q(Exists(catching_up), standing="suspended"),
        certification_id__in=certification_ids,
        required__in=("required", "optional", "absent"),
    )


def find_concerned(certification_id: int, published_at: datetime) -> StandingQuerySet:
    """Return the standings that a change may touch: of holders, and of who is on the way."""
    mine = {
        "employee_id": OuterRef("employee_id"),
        "certification_id": OuterRef("certification_id"),
    }
    earned = Award.objects.filter(**mine, awarded_at__lt=published_at)
    on_the_way = Cycle.objects.filter(**mine, state=Cycle.State.OPEN, counts_from__lt=published_at)
    return Standing.objects.filter(
        Exists(earned) | Exists(on_the_way),
        certification_id=certification_id,
        required__in=("required", "optional", "absent"),
    )


def count_learners(certification_ids: Collection[int]) -> int:
    """Return how many people work on one of these without holding it: the change joins that work.

    One query. A person who works on two of them counts once.
    """
    on_the_way = Cycle.objects.filter(
        employee_id=OuterRef("employee_id"),
        certification_id=OuterRef("certification_id"),
        state=Cycle.State.OPEN,
    ).exclude(kind__in=(Cycle.Kind.DELTA, Cycle.Kind.VOLUNTARY))
    rows = Standing.objects.filter(
        Exists(on_the_way),
        certification_id__in=certification_ids,
        required__in=("required", "optional", "absent"),
    )
    learning = rows.exclude(standing__in=("valid", "grace"))
    holders = find_holders(certification_ids).values("employee_id")
    return learning.exclude(employee__in=holders).values("employee_id").distinct().count()


def find_impact(standard: Standard) -> registry.Impact:
    """Return whom a material change of a standard would reach today: provider.

    At most twelve queries, whatever the number of people.
    """
    coverings = find_covering(standard, on=timezone.localdate())
    ids = [row.certification.pk for row in coverings]
    holders = find_holders(ids)
    numbers = holders.aggregate(
        people=Count("employee", distinct=True), branches=Count("branch", distinct=True)
    )
    return registry.Impact(
        people=numbers["people"],
        branches=numbers["branches"],
        certifications=tuple(row.certification.title for row in coverings),
        warnings=list_warnings(standard, coverings),
        learners=count_learners(ids),
    )


def list_warnings(standard: Standard, coverings: Sequence[Covering]) -> tuple[str, ...]:
    """Return what is missing to teach a change well: questions and lessons."""
    if not coverings:
        return ()
    warnings = []
    wanted = max(row.version.delta_questions for row in coverings)
    there = quizzes_api.count_questions_naming(standard)
    if there < wanted:
        warnings.append(
            ngettext(
                "Only %(there)d of %(wanted)d questions of the short quiz is there. Add questions "
                "that name this standard before you publish.",
                "Only %(there)d of %(wanted)d questions of the short quiz are there. Add questions "
                "that name this standard before you publish.",
                there,
            )
            % {"there": there, "wanted": wanted}
            if there
            else _(
                "No question names this standard, so there is no short quiz. Add %(wanted)d "
                "before you publish."
            )
            % {"wanted": wanted}
        )
    titles = [row.certification.title for row in coverings if not row.lessons]
    if titles:
        words = _("No lesson teaches it to who holds %(titles)s: show it in one.")
        warnings.append(words % {"titles": ", ".join(titles)})
    return tuple(warnings)
