"""What a version may ask for, and why it cannot be published, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.catalogue.rules import (
    Asks,
    Fault,
    RequirementDraft,
    Target,
    find_date_fault,
    find_requirement_faults,
)
from certification.policy.rules.errors import PolicyError
from certification.policy.rules.policy import parse_policy
from courses import api as courses_api
from lms import api as lms_api
from quizzes import api as quizzes_api


def list_targets(today: date) -> list[Target]:
    """Return everything a requirement can name, by kind and title, closed things too.

    Five queries. Evidence and sign-offs are not among them: they have no thing of their own.
    """
    return [*read_courses(), *read_works(), *read_certifications(today)]


def read_courses() -> Iterator[Target]:
    """Yield the courses; open are those with a live page. One query."""
    live = courses_api.CoursePage.objects.filter(translation_key=OuterRef("uuid"), live=True)
    rows = courses_api.Course.objects.annotate(
        is_open=Exists(live), newest=Max("versions__material_number")
    )
    for row in rows.order_by("title"):
        yield Target("course", row.uuid, row.title, row.is_open, row.newest or 1)


def read_works() -> Iterator[Target]:
    """Yield quizzes, role-plays and standards. Three queries."""
    sources: tuple[tuple[str, Any], ...] = (
        ("quiz", quizzes_api.Quiz),
        ("scenario", quizzes_api.Scenario),
        ("acknowledgement", lms_api.Standard),
    )
    for kind, model in sources:
        rows = model.objects.annotate(newest=Max("versions__material_number")).order_by("title")
        for uuid, title, code, live, newest in rows.values_list(
            "uuid", "title", "code", "live", "newest"
        ):
            yield Target(kind, uuid, f"{title} ({code})", live, newest or 1)


def read_certifications(today: date) -> Iterator[Target]:
    """Yield certifications; open are those with a version that are not retired. One query."""
    versions = CertificationVersion.objects.filter(certification=OuterRef("pk"))
    for row in Certification.objects.annotate(has_version=Exists(versions)).order_by("title"):
        kept = row.retired_on is None or row.retired_on > today
        yield Target("certification", row.uuid, row.title, kept and row.has_version)


def read_asks() -> Asks:
    """Return which certifications ask for which, by their newest versions. One query."""
    newer = CertificationVersion.objects.filter(
        certification=OuterRef("version__certification"), number__gt=OuterRef("version__number")
    )
    rows = Requirement.objects.filter(~Exists(newer), kind=Requirement.Kind.CERTIFICATION)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for asking, asked in rows.values_list("version__certification__uuid", "target"):
        found[asking].add(asked)
    return {asking: frozenset(asked) for asking, asked in found.items()}


def find_faults(
    certification: Certification,
    *,
    policy: Mapping[str, Any],
    requirements: Sequence[RequirementDraft],
    effective_on: date | None,
    today: date,
    past_is_meant: bool,
    targets: Iterable[Target] | None = None,
) -> list[Fault]:
    """Return everything that stands against publishing a version; nothing means it can be.

    At most seven queries, two with ``targets`` at hand. Without a day the day is not checked.
    """
    faults = find_policy_faults(policy)
    known = list_targets(today) if targets is None else targets
    faults += find_requirement_faults(
        requirements,
        {(target.kind, target.uuid): target for target in known},
        own=certification.uuid,
        asks=read_asks(),
    )
    newest = certification.versions.order_by("-number").first()
    if effective_on is not None:
        fault = find_date_fault(
            effective_on,
            newest_on=newest.effective_on if newest is not None else None,
            today=today,
            past_is_meant=past_is_meant,
        )
        faults += [fault] if fault is not None else []
    return faults


def find_policy_faults(policy: Mapping[str, Any]) -> list[Fault]:
    """Return what is impossible in a policy: its first field that cannot work."""
    try:
        parse_policy(policy)
    except PolicyError as error:
        return [Fault("policy", error.field, values={"message": error.message})]
    return []


def word_fault(fault: Fault) -> str:
    """Return a fault in the active language, saying what to do."""
    if fault.code == "policy":
        return word_policy_fault(fault.field, fault.values["message"])
    shown = {
        name: date_format(value, "DATE_FORMAT") if isinstance(value, date) else value
        for name, value in fault.values.items()
    }
    return fault_words()[fault.code] % shown


def word_policy_fault(name: str, message: str) -> str:
    """Return why a field of a policy cannot work; what nobody can type keeps its own message."""
    words = {
        "active": _("Say how long it holds: at least one day."),
        "window": _("The renewal must open after the award begins: make it shorter than it holds."),
        "tolerance": _("The margin must be shorter than the time it holds."),
        "min_active": _("Fixed days need the least time that an award holds: at least one day."),
        "calendar_day": _("Choose a day that exists in every year."),
        "lapsed_over": _("Say after how long the full path is asked for."),
        "zone": _("There is no such time zone."),
    }
    return words.get(name, message)


def fault_words() -> dict[str, str]:
    """Return the sentence of each fault."""
    return {
        "nothing_required": _("Say what must be done: a version needs a requirement."),
        "nothing_first": _(
            "Nothing is asked the first time. Add a requirement for the first time, or for both."
        ),
        "nothing_renewal": _(
            "Nothing is asked at a renewal. Add a requirement for renewals, or for both."
        ),
        "no_label": _("Say in a few words what is to be shown or signed off."),
        "unknown_target": _("“%(label)s” no longer exists. Choose something else."),
        "closed_target": _("“%(title)s” is retired or not published: nobody could do it."),
        "no_such_version": _("There is no version %(number)s yet, so nobody could meet this."),
        "asks_itself": _("A certification cannot ask for itself."),
        "circle": _("“%(label)s” itself asks for this certification: nobody could begin."),
        "asked_twice": _("“%(label)s” is asked for twice on one path."),
        "group_disagrees": _("Group %(group)s says two different numbers."),
        "group_asks_nothing": _("Of group %(group)s at least one must be asked for."),
        "group_too_small": _(
            "Group %(group)s asks for %(needed)s but offers only %(members)s on one path."
        ),
        "before_newest": _(
            "The newest version takes effect on %(day)s. Choose that day or a later one."
        ),
        "in_the_past": _("%(day)s is past. Choose a coming day, or confirm that you mean it."),
    }


def read_drafts(version: CertificationVersion) -> list[RequirementDraft]:
    """Return the requirements of a version as they would be published again. One query."""
    return [
        RequirementDraft(
            kind=row.kind,
            target=row.target,
            label=row.label,
            lowest_material_number=row.lowest_material_number,
            path=row.path,
            group=row.group,
            group_needs=row.group_needs,
        )
        for row in version.requirements.order_by("position", "pk")
    ]


def list_own_words(certification: Certification) -> list[Target]:
    """Return the evidence and sign-offs that any version asked for, the latest label each.

    Asked for again under the same identity, work once accepted goes on counting. One query.
    """
    rows = Requirement.objects.filter(
        version__certification=certification,
        kind__in=[Requirement.Kind.EVIDENCE, Requirement.Kind.SIGN_OFF],
    ).order_by("version__number", "position")
    found: dict[UUID, Target] = {}
    for row in rows:
        known = found.get(row.target, Target(row.kind, row.target, row.label))
        found[row.target] = replace(known, title=row.label)
    return list(found.values())
