"""What the editor of a version starts from, and what happens to its invented person, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.catalogue.models import Certification, CertificationVersion, VersionDraft
from certification.catalogue.reads import read_drafts
from certification.policy.rules.policy import Policy, parse_policy
from certification.rulemaking.rules.sample import Moment, Story
from certification.rulemaking.rules.typed import (
    ON,
    Typed,
    keep_known,
    put_rows,
    type_policy,
    type_requirements,
)

SUGGESTED = Policy(active="P1Y", window="P1M", due="P30D")
"""What a first version starts from."""


@dataclass(frozen=True)
class Desk:
    """A version being written: its fields as typed, the newest version, and the saved draft."""

    certification: Certification
    fields: Typed
    newest: CertificationVersion | None
    draft: VersionDraft | None

    @property
    def number(self) -> int:
        """The number the next version gets."""
        return self.newest.number + 1 if self.newest is not None else 1


def open_desk(certification: Certification, today: date) -> Desk:
    """Return the draft, or the newest version to start from. At most three queries."""
    newest = certification.versions.order_by("-number").first()
    drafts = VersionDraft.objects.filter(certification=certification)
    draft = drafts.select_related("saved_by").first()
    fields = keep_known(draft.fields) if draft is not None else type_version(newest, today)
    return Desk(certification, fields, newest, draft)


def type_version(newest: CertificationVersion | None, today: date) -> Typed:
    """Return the newest version as it would be typed, to take effect next month; or a beginning."""
    typed: Typed = {"sample_assigned_on": today.isoformat(), "sample_days": "10"}
    typed["sample_when"] = "before"
    if newest is None:
        empty = [{"path": "both", "since": "1"}]
        typed |= {"effective_on": today.isoformat(), "delta_questions": "5"}
        return put_rows(typed | type_policy(SUGGESTED), empty)
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    typed["effective_on"] = max(following, newest.effective_on).isoformat()
    typed["delta_questions"] = str(newest.delta_questions)
    if newest.delta_lapses_at_once:
        typed["delta_lapses_at_once"] = ON
    return typed | type_policy(parse_policy(newest.policy)) | type_requirements(read_drafts(newest))


@dataclass(frozen=True)
class StoryLine:
    """A moment in words, with its number in the drawing."""

    number: int
    on: date
    text: str
    why: tuple[str, ...]


def word_story(story: Story) -> list[StoryLine]:
    """Return what happens to the invented person, a line each."""
    return [
        StoryLine(number, moment.on, word_moment(moment), moment.why)
        for number, moment in enumerate(story.moments, start=1)
    ]


def word_moment(moment: Moment) -> str:
    """Return one moment in the active language."""
    last = {"day": date_format(moment.last_on, "DATE_FORMAT") if moment.last_on else ""}
    for_good = moment.last_on is None
    words = {
        "assigned": _("It is assigned."),
        "completed": _("Completed: held for good.")
        if for_good
        else _("Completed: held to %(day)s."),
        "renewed": word_renewal(moment, for_good=for_good),
        "due": _("Due for the first time: the last day in time."),
        "closes": _("It closes; completing it later counts as late."),
        "opens": _("The renewal opens."),
        "due_soon": _("It is shown as due soon."),
        "overdue": _("It is overdue."),
        "grace": _("It has run out; grace to %(day)s.") if moment.last_on else _("Grace begins."),
        "expired": _("It is expired."),
    }
    return words[moment.code] % last


def word_first(*, for_good: bool) -> str:
    """Return the first completion."""
    return _("Completed: held for good.") if for_good else _("Completed: held to %(day)s.")


def word_renewal(moment: Moment, *, for_good: bool) -> str:
    """Return a renewal, and when everything had to be done again."""
    if moment.path == "full":
        return (
            _("Everything done again: held for good.")
            if for_good
            else _("Everything done again: held to %(day)s.")
        )
    return _("Renewed: held for good.") if for_good else _("Renewed: held to %(day)s.")
