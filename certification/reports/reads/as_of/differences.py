"""What was recorded after a moment and changes the answer for a day before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from certification.awards.models import Award
from certification.awards.reads import Case, Rulebook
from certification.reports.reads.as_of.question import Change, Question
from certification.reports.reads.words import last_day, short_day
from lms.api import Posting, local_day


@dataclass(frozen=True)
class Later:
    """The postings of some people, to tell with their cases what was recorded later."""

    question: Question
    postings: dict[int, list[Posting]] = field(default_factory=dict)

    def of(self, employee_id: int, case: Case, rulebook: Rulebook) -> tuple[Change, ...]:
        """Return what was recorded later about a person and certification, the oldest first."""
        told = [
            *self.tell_postings(employee_id),
            *self.tell_duties(case),
            *self.tell_leave(case),
            *self.tell_awards(case),
            *self.tell_versions(case, rulebook),
        ]
        return tuple(sorted(told, key=lambda change: (change.recorded_at, change.words)))

    def counts(self, recorded_at: datetime, day: date | None) -> bool:
        """Return whether a fact was recorded later and took effect by the day asked about."""
        return recorded_at > self.question.known_at and (day is None or day <= self.question.on)

    def tell_postings(self, employee_id: int) -> Iterator[Change]:
        """Tell where the person turned out to have worked."""
        for row in self.postings.get(employee_id, ()):
            if self.counts(row.recorded_at, row.from_on):
                words = _("At %(branch)s from %(day)s.")
                yield Change(row.recorded_at, words % place_words(row, row.from_on))
            for end in row.ends.all():
                if not self.counts(end.recorded_at, row.from_on):
                    continue
                words = _("At %(branch)s until %(day)s.")
                if end.until_on is None:
                    words = _("At %(branch)s without an end.")
                elif end.until_on <= row.from_on:
                    words = _("Never at %(branch)s.")
                day = last_day(end.until_on) if end.until_on else row.from_on
                yield Change(end.recorded_at, words % place_words(row, day))

    def tell_duties(self, case: Case) -> Iterator[Change]:
        """Tell from and until when it turned out to be asked."""
        for row in case.assignments:
            if self.counts(row.recorded_at, row.from_on):
                words = _("Assigned from %(day)s.") % {"day": short_day(row.from_on)}
                yield Change(row.recorded_at, words)
            end: Any = getattr(row, "end", None)
            if end is not None and self.counts(end.recorded_at, end.on):
                words = _("No longer assigned from %(day)s.") % {"day": short_day(end.on)}
                yield Change(end.recorded_at, words)

    def tell_leave(self, case: Case) -> Iterator[Change]:
        """Tell of exemptions and leave, and of their early ends."""
        words = (
            (case.exemptions, _("Exempt from %(day)s."), _("No longer exempt from %(day)s.")),
            (case.absences, _("On leave from %(day)s."), _("Back from leave on %(day)s.")),
        )
        for rows, begun, ended in words:
            for row in rows:
                if self.counts(row.recorded_at, row.from_on):
                    yield Change(row.recorded_at, begun % {"day": short_day(row.from_on)})
                for end in row.ends.all():
                    if self.counts(end.recorded_at, end.on):
                        yield Change(end.recorded_at, ended % {"day": short_day(end.on)})

    def tell_awards(self, case: Case) -> Iterator[Change]:
        """Tell of awards and what happened to them."""
        for award in case.awards:
            if self.counts(award.recorded_at, first_day(award)):
                words = _("Award recorded (%(basis)s), valid from %(day)s.") % {
                    "basis": award.get_basis_display(),
                    "day": short_day(award.valid_from),
                }
                yield Change(award.recorded_at, words)
            for event in case.award_events.get(award.pk, ()):
                if self.counts(event.recorded_at, event.effective_on):
                    words = _("Award %(event)s from %(day)s: %(reason)s") % {
                        "event": event.get_kind_display(),
                        "day": short_day(event.effective_on),
                        "reason": event.reason,
                    }
                    yield Change(event.recorded_at, words)

    def tell_versions(self, case: Case, rulebook: Rulebook) -> Iterator[Change]:
        """Tell of rules that took effect without having been known."""
        for version in rulebook.versions[case.certification_id][1:]:
            if self.counts(version.recorded_at, version.effective_on):
                words = _("Version %(number)s in force from %(day)s.") % {
                    "number": version.number,
                    "day": short_day(version.effective_on),
                }
                yield Change(version.recorded_at, words)


def first_day(award: Award) -> date:
    """Return the first day on which an award may count: what records the past counts before."""
    made = local_day(award.awarded_at, award.zone)
    earlier = (Award.Basis.IMPORTED, Award.Basis.EVIDENCE, Award.Basis.CORRECTED)
    return min(made, award.valid_from) if award.basis in earlier else made


def place_words(row: Posting, day: date) -> dict[str, str]:
    """Return branch and day for a sentence."""
    return {"branch": str(row.branch), "day": short_day(day)}


def load_later(employee_ids: Collection[int], question: Question) -> Later:
    """Return what tells the later changes of these people. Two queries, none for nobody."""
    postings: dict[int, list[Posting]] = defaultdict(list)
    if employee_ids:
        rows = Posting.objects.primary().filter(employee_id__in=employee_ids)
        for row in rows.select_related("branch").prefetch_related("ends").order_by("from_on", "pk"):
            postings[row.employee_id].append(row)
    return Later(question, postings)
