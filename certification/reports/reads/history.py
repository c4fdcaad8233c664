"""Everything that happened to a person, on one line of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.reports.reads.person import CertificationRecord, Person
from certification.reports.reads.words import last_day, short_day
from lms import api as lms_api
from lms.api import Notice


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened on a local day. ``kind`` chooses the icon."""

    on: date
    kind: str
    title: str
    detail: str = ""


def tell_history(person: Person) -> list[HistoryLine]:
    """Return a person's record in order of time, the newest first. No queries."""
    lines = [*tell_work(person), *tell_leave(person), *tell_notices(person)]
    for record in person.certifications:
        lines += [*tell_duties(record), *tell_cycles(record, person), *tell_awards(record, person)]
    return sorted(lines, key=lambda line: line.on, reverse=True)


def day_of(instant: datetime, person: Person) -> date:
    """Return the day of an instant at the person's branch."""
    return instant.astimezone(ZoneInfo(lms_api.zone_of(person.employee))).date()


def span_words(from_on: date, until_on: date | None) -> str:
    """Return days ``[from, until)`` in words, with the last day they hold."""
    if until_on is None:
        return _("from %(start)s on") % {"start": short_day(from_on)}
    return _("%(start)s to %(end)s") % {
        "start": short_day(from_on),
        "end": short_day(last_day(until_on)),
    }


def tell_work(person: Person) -> Iterator[HistoryLine]:
    """Tell where the person worked, and when they joined and left."""
    employee = person.employee
    for posting in person.postings:
        words = _("%(kind)s at %(branch)s as %(role)s") % {
            "kind": posting.get_kind_display().capitalize(),
            "branch": posting.branch,
            "role": posting.job_role,
        }
        yield HistoryLine(
            posting.from_on, "posting", words, span_words(posting.from_on, posting.until_on)
        )
    if employee.left_on is not None:
        yield HistoryLine(employee.left_on, "left", _("Left the company"))


def tell_leave(person: Person) -> Iterator[HistoryLine]:
    """Tell when the person was away. The reason stays with HR's own screens."""
    for absence in person.absences:
        yield HistoryLine(
            absence.from_on,
            "absence",
            absence.get_kind_display().capitalize(),
            span_words(absence.from_on, absence.until_on),
        )


def tell_notices(person: Person) -> Iterator[HistoryLine]:
    """Tell which notices were planned, sent or not sent, and why not."""
    for notice in person.notices:
        state = str(notice.mail.get_state_display() if notice.mail else notice.get_state_display())
        yield HistoryLine(
            day_of(notice.due_at, person),
            "notice",
            _("Message: %(kind)s") % {"kind": notice_words(notice)},
            f"{state}: {notice.why_not}" if notice.reason else state,
        )


def notice_words(notice: Notice) -> str:
    """Return what a notice was about; one for a day before or after the due day names how far."""
    days = {"days": abs(notice.offset_days)}
    names = {
        "due_in": ngettext("due in %(days)d day", "due in %(days)d days", days["days"]) % days,
        "overdue": ngettext("overdue for %(days)d day", "overdue for %(days)d days", days["days"])
        % days,
    }
    return names.get(notice.kind, notice.about)


def tell_duties(record: CertificationRecord) -> Iterator[HistoryLine]:
    """Tell when the certification was asked of the person, ended, or left out."""
    title = record.certification.title
    for row in record.assignments:
        offer = _("%(title)s offered") if row.optional else _("%(title)s assigned")
        yield HistoryLine(row.from_on, "assigned", offer % {"title": title}, row.reason)
        end = getattr(row, "end", None)
        if end is not None:
            yield HistoryLine(
                end.on, "ended", _("%(title)s no longer asked for") % {"title": title}, end.reason
            )
    for exemption in record.exemptions:
        yield HistoryLine(
            exemption.from_on,
            "exempt",
            _("Exempt from %(title)s") % {"title": title},
            f"{span_words(exemption.from_on, exemption.until_on)} · {exemption.reason}",
        )


def tell_cycles(record: CertificationRecord, person: Person) -> Iterator[HistoryLine]:
    """Tell which goes were opened, and what was done for them."""
    for row in record.cycles:
        cycle = row.cycle
        yield HistoryLine(
            cycle.opens_on,
            "cycle",
            _("%(title)s opened: %(kind)s")
            % {"title": record.certification.title, "kind": cycle.get_kind_display()},
            _("due %(day)s") % {"day": short_day(cycle.due_on)} if cycle.due_on else "",
        )
        for piece in row.evidence:
            yield HistoryLine(
                day_of(piece.done_at, person),
                "done",
                piece.label,
                _("counts for %(title)s") % {"title": record.certification.title},
            )


def tell_awards(record: CertificationRecord, person: Person) -> Iterator[HistoryLine]:
    """Tell which awards were made and what happened to them."""
    title = record.certification.title
    for row in record.awards:
        yield HistoryLine(
            day_of(row.award.awarded_at, person),
            "award",
            _("%(title)s awarded") % {"title": title},
            f"{row.award.get_basis_display()} · {span_words(row.valid_from, row.valid_until)}",
        )
        for event in row.events:
            yield HistoryLine(
                event.effective_on,
                "event",
                _("%(title)s %(event)s") % {"title": title, "event": event.get_kind_display()},
                event.reason,
            )
