"""What a notice about a certification says, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.catalogue.models import Certification
from certification.standing.models import Standing
from lms.api import Employee, Notice, registry

LAPSES_SOON = timedelta(days=30)


class Subject(NamedTuple):
    """The parts of a notice's subject after ``certification:``."""

    employee: str
    certification: str
    cause: str


def read_subject(text: str) -> Subject:
    """Return what a notice is about: the uuids of person, certification and cycle or award."""
    _name, employee, certification, cause = text.split(":")
    return Subject(employee, certification, cause)


class CertificationNotices:
    """Answers for notices whose subject begins with ``certification:``."""

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, registry.NoticeVerdict]:
        """Return a verdict per notice id, from the standings as they are now. Two queries."""
        del now  # standings were brought to now by the sweep that runs before the sender
        standings = load_standings(notices)
        return {
            notice.pk: judge(notice, standings.get(read_subject(notice.subject)[:2]))
            for notice in notices
        }

    def write(self, notices: Sequence[Notice]) -> dict[int, registry.NoticeText]:
        """Return the text per notice id, in the active language. Two queries."""
        standings = load_standings(notices)
        uuids = {read_subject(notice.subject).certification for notice in notices}
        titles = {str(row.uuid): row for row in Certification.objects.filter(uuid__in=uuids)}
        texts = {}
        for notice in notices:
            subject = read_subject(notice.subject)
            certification = titles.get(subject.certification)
            standing = standings.get(subject[:2])
            if certification is not None and standing is not None:
                texts[notice.pk] = word_notice(notice, certification, standing)
        return texts


def load_standings(notices: Sequence[Notice]) -> dict[tuple[str, ...], Standing]:
    """Return the standings that notices are about, by uuid of person and certification."""
    subjects = [read_subject(notice.subject) for notice in notices]
    rows = Standing.objects.filter(
        employee__in=Employee.objects.filter(uuid__in={subject.employee for subject in subjects}),
        certification__uuid__in={subject.certification for subject in subjects},
    ).select_related("employee__user", "certification")
    return {(str(row.employee.uuid), str(row.certification.uuid)): row for row in rows}


def judge(notice: Notice, standing: Standing | None) -> registry.NoticeVerdict:
    """Return whether a notice still says the truth, and if not, why."""
    reason = "unknown" if standing is None else find_untruth(notice, standing)
    return registry.NoticeVerdict(still_true=not reason, reason=reason)


def find_untruth(notice: Notice, standing: Standing) -> str:
    """Return why a notice is no longer true, or nothing."""
    held = standing.standing in ("valid", "grace")
    retired_on = standing.certification.retired_on
    if retired_on is not None and retired_on <= standing.derived_on:
        return "retired"
    if notice.kind == "certified":
        return "" if held else "no_longer_held"
    if standing.required != "required":
        return standing.required
    answered = {
        "expired": ("renewed", standing.standing == "valid"),
        "reminded": ("done", is_done(notice, standing)),
        "assigned": ("done", held),
    }
    if notice.kind in answered:
        reason, is_answered = answered[notice.kind]
        return reason if is_answered else ""
    return find_moved_date(notice, standing)


def is_done(notice: Notice, standing: Standing) -> bool:
    """Return whether a person has done since what a manager reminded of."""
    if standing.standing != "valid" or standing.task not in ("none", "scheduled"):
        return False
    until = standing.valid_until
    return until is None or until > notice.target_on + LAPSES_SOON


def find_moved_date(notice: Notice, standing: Standing) -> str:
    """Return why a notice about a due day no longer names the right one, or nothing."""
    if standing.due_on == notice.target_on:
        return ""
    done = standing.standing == "valid" and standing.task in ("none", "scheduled")
    return "renewed" if done else "date_moved"


def word_notice(
    notice: Notice, certification: Certification, standing: Standing
) -> registry.NoticeText:
    """Return what a notice says, in the active language."""
    until = standing.valid_until or standing.covered_until
    words = {
        "title": certification.title,
        "due": show_day(standing.due_on),
        "last_day": show_day(until - timedelta(days=1) if until else None),
    }
    title, body = choose_words(notice.kind, standing, has_end=until is not None)
    if standing.required == "required":
        why = _(
            "You get this mail because “%(title)s” belongs to your job. "
            "Your training page says why, and by when."
        )
    else:
        why = _("You get this mail because you have earned “%(title)s”.")
    label, path = choose_action(standing.employee)
    return registry.NoticeText(
        title=title % words,
        body=body % words,
        action_label=label,
        action_path=path,
        why=why % words,
    )


def choose_action(employee: Employee) -> tuple[str, str]:
    """Return the one thing to do: newcomers choose a password first, everybody else goes on."""
    user = employee.user
    if user is not None and not user.has_usable_password():
        return _("Choose your password"), reverse("sb_lms:password_reset")
    return _("Open my training"), reverse("sb_certification:home")


def show_day(day: date | None) -> str:
    """Return a day as the active language writes it, or nothing."""
    return date_format(day, "DATE_FORMAT") if day else ""


def choose_words(kind: str, standing: Standing, *, has_end: bool) -> tuple[str, str]:
    """Return the sentences of a kind of notice, with places for title, due day and last day."""
    small_pieces = _("You can learn in small pieces, on your phone too.")
    has_due = standing.due_on is not None
    words = {
        "certified": (
            _("You are certified: %(title)s"),
            _("Well done. You hold it until %(last_day)s. Your certificate is in your record.")
            if has_end
            else _("Well done. It does not run out. Your certificate is in your record."),
        ),
        "expired": (
            _("%(title)s has run out"),
            _("You held it until %(last_day)s. You are in the days of grace: renew it now.")
            if standing.standing == "grace"
            else _("You held it until %(last_day)s. Renew it to serve customers with it again."),
        ),
        "overdue": (
            _("Overdue: %(title)s"),
            _("It was due on %(due)s. You can still finish it; start with the next step."),
        ),
        "date_moved": (
            _("New date: %(title)s is due on %(due)s"),
            _("The rule of this certification has changed, and your due day with it.")
            + " "
            + _("What you have done so far still counts."),
        ),
        "reminded": (_("A reminder from your manager: %(title)s"), word_reminder(standing)),
        "assigned": (
            _("New for you: %(title)s"),
            _("Please finish it by %(due)s.") + " " + small_pieces if has_due else small_pieces,
        ),
    }
    by_date = (
        _("%(title)s is due on %(due)s"),
        _("Take the next step now; most steps take less than ten minutes."),
    )
    return words.get(kind, by_date)


def word_reminder(standing: Standing) -> str:
    """Return what a manager's reminder says: was due, is due, runs out, or just the next step."""
    if standing.due_on is not None and standing.task in ("overdue", "closed"):
        return _("It was due on %(due)s. Please take the next step.")
    if standing.due_on is not None:
        return _("It is due on %(due)s. Please take the next step.")
    if standing.valid_until is not None:
        return _("You hold it until %(last_day)s. Please renew it in time.")
    return _("Please take the next step.")
