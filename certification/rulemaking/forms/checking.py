"""A version as typed, looked at from all sides: what it says, what it does, what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.catalogue.reads import find_faults, list_own_words, list_targets, word_fault
from certification.catalogue.rules import Fault, RequirementDraft, Target
from certification.policy.rules.errors import ImpossibleDateError, PolicyError
from certification.policy.rules.policy import parse_policy
from certification.reports.reads.rulebook import describe_requirements, describe_rule
from certification.rulemaking.forms.sample import SampleForm
from certification.rulemaking.forms.versions import VersionForm
from certification.rulemaking.reads.drafts import StoryLine, word_story
from certification.rulemaking.rules.sample import Story, tell_story
from certification.rulemaking.rules.typed import Typed

FORM_FIELDS = {"target": "what"}
"""Where a fault's field has another name on the form."""

UNSAID: Mapping[str, Any] = {"active": None}
"""A policy that always works, to look at the rest while the real one cannot be read yet."""


@dataclass(frozen=True)
class Problem:
    """Something to mend: where it is on the form, what it is called there, and why."""

    anchor: str
    label: str
    message: str


@dataclass(frozen=True)
class Ready:
    """What would be published, exactly as the action takes it."""

    policy: Mapping[str, Any]
    requirements: tuple[RequirementDraft, ...]
    effective_on: date
    past_is_meant: bool
    change_note: str
    delta_lapses_at_once: bool
    delta_questions: int


@dataclass
class Checked:
    """The form, what it says and does, and what stands against it. ``ready`` is None with any."""

    form: VersionForm
    sample: SampleForm
    problems: list[Problem] = field(default_factory=list)
    asked: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    story: Story | None = None
    lines: tuple[StoryLine, ...] = ()
    ready: Ready | None = None


def check_version(certification: Certification, fields: Typed, today: date) -> Checked:
    """Return everything that can be told of a version as typed. At most eight queries."""
    targets = list_targets(today)
    own_words = list_own_words(certification)
    form = VersionForm(fields, own=certification.uuid, targets=targets, own_words=own_words)
    sample = SampleForm(fields, today=today)
    is_readable = form.is_valid()
    policy = form.read_policy() if form.is_policy_readable else None
    drafts = fill_versions(form, targets)
    checked = Checked(form, sample)
    checked.asked = tuple(describe_requirements([Requirement(**vars(one)) for one in drafts]))
    if policy is not None:
        tell_dates(checked, policy)
    ready = read_ready(form, policy, drafts) if is_readable and policy is not None else None
    faults = find_faults(
        certification,
        policy=policy or UNSAID,
        requirements=drafts,
        effective_on=form.cleaned_data.get("effective_on"),
        today=today,
        past_is_meant=form.cleaned_data.get("past_is_meant", False),
        targets=targets,
    )
    if not form.are_rows_readable:
        faults = [fault for fault in faults if fault.field in form.fields]
    general = [problem for fault in faults if (problem := place_fault(form, fault)) is not None]
    checked.problems = [*find_problems(form), *general]
    checked.ready = ready if not checked.problems else None
    return checked


def place_fault(form: VersionForm, fault: Fault) -> Problem | None:
    """Put a fault beside its field, or return it where it has none."""
    name, words = FORM_FIELDS.get(fault.field, fault.field), word_fault(fault)
    if fault.row is not None:
        form.rows[fault.row].add_error(name, words)
    elif name in form.fields:
        form.add_error(name, words)
    else:
        return Problem("requirements", _("What must be done"), words)
    return None


def fill_versions(form: VersionForm, targets: list[Target]) -> list[RequirementDraft]:
    """Return what can be read of the requirements, "the present version" as its number."""
    newest = {(target.kind, target.uuid): target.newest for target in targets}
    return [
        draft
        if draft.lowest_material_number
        else replace(draft, lowest_material_number=newest.get((draft.kind, draft.target), 1))
        for draft in form.read_requirements()
    ]


def tell_dates(checked: Checked, policy: Mapping[str, Any]) -> None:
    """Add the sentences and the invented person's timeline, where the policy can work."""
    values = checked.form.cleaned_data
    version = CertificationVersion(
        policy=policy,
        delta_lapses_at_once=values.get("delta_lapses_at_once", False),
        delta_questions=values.get("delta_questions", 0),
    )
    try:
        rule = parse_policy(policy)
    except PolicyError:
        return
    checked.sentences = tuple(describe_rule(version))
    if not checked.sample.is_valid():
        return
    try:
        checked.story = tell_story(rule, checked.sample.read())
    except (ImpossibleDateError, OverflowError):
        checked.sample.add_error("completed_on", _("These days lie beyond the calendar."))
        return
    checked.lines = tuple(word_story(checked.story))


def find_problems(form: VersionForm) -> Iterator[Problem]:
    """Yield every error of the form by its field, in the order of the page."""
    for bound in form:
        for message in bound.errors:
            yield Problem(anchor_of(bound), str(bound.label), str(message))
    for row in form.rows:
        for bound in row:
            for message in bound.errors:
                place = {"number": row.number + 1, "field": bound.label}
                label = _("Requirement %(number)d, %(field)s") % place
                yield Problem(anchor_of(bound), label, str(message))


def anchor_of(bound: forms.BoundField) -> str:
    """Return the id of the box around a field."""
    return f"field-{bound.auto_id}"


def read_ready(
    form: VersionForm, policy: Mapping[str, Any], drafts: Sequence[RequirementDraft]
) -> Ready:
    """Return what the action takes."""
    values = form.cleaned_data
    return Ready(
        policy=policy,
        requirements=tuple(drafts),
        effective_on=values["effective_on"],
        past_is_meant=values["past_is_meant"],
        change_note=values["change_note"],
        delta_lapses_at_once=values["delta_lapses_at_once"],
        delta_questions=values["delta_questions"],
    )
