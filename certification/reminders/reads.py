"""What a notice about a certification says, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification.catalogue.models import Certification
from certification.reminders.rules import ASKED, HELD, TAKEN, read_subject, topic_of
from certification.standing.models import Standing
from lms.api import Employee, Notice, registry

LAPSES_SOON = timedelta(days=30)


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
    """Return why a notice is no longer true, or nothing.

    What happened to what is held is told to everybody, also when nothing is asked of them.
    """
    held = standing.standing in HELD
    if notice.kind in TAKEN:
        return "" if standing.standing == notice.kind else "taken_back"
    if notice.kind in ("certified", "reinstated"):
        return "" if held else "no_longer_held"
    is_move = notice.kind == "date_moved"
    if is_move and topic_of(read_subject(notice.subject).before) == "end":
        return find_other_end(notice, standing)
    retired_on = standing.certification.retired_on
    if retired_on is not None and retired_on <= standing.derived_on:
        return "retired"
    if is_move:
        # Whoever is on leave is told: the leave may be what moved the day.
        asked = standing.required in ASKED
        return find_moved_date(notice, standing) if asked else standing.required
    return standing.required if standing.required != "required" else find_answer(notice, standing)


def find_answer(notice: Notice, standing: Standing) -> str:
    """Return why what was asked of somebody is answered by now, or nothing."""
    answered = {
        "expired": ("renewed", standing.standing == "valid"),
        "reminded": ("done", is_done(notice, standing)),
        "assigned": ("done", standing.standing in HELD),
    }
    if notice.kind in answered:
        reason, is_answered = answered[notice.kind]
        return reason if is_answered else ""
    return find_moved_date(notice, standing)


def find_other_end(notice: Notice, standing: Standing) -> str:
    """Return why the news of how long it is held is no longer true, or nothing."""
    if standing.standing in TAKEN:
        return "no_longer_held"
    until = standing.valid_until if standing.standing == "valid" else standing.covered_until
    return "" if until is None or until == notice.target_on else "date_moved"


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
    before = read_subject(notice.subject).before
    words["before"] = show_day(read_day(before))
    if notice.kind == "date_moved":
        title, body = word_moved_date(standing, before, has_end=until is not None)
    else:
        title, body = choose_words(notice.kind, standing, has_end=until is not None)
    if standing.required == "required":
        why = _(
            "You get this mail because “%(title)s” belongs to your job. "
            "Your training page says why, and by when."
        )
    else:
        why = _("You get this mail because you have earned “%(title)s”.")
    label, path = choose_action(standing.employee)
    if before and path == reverse("sb_certification:home"):
        label, path = _("See why"), reverse("sb_certification:why", args=[certification.code])
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
        "reminded": (_("A reminder from your manager: %(title)s"), word_reminder(standing)),
        "revoked": (
            _("No longer certified: %(title)s"),
            _("It was taken back and does not count any more.")
            + (" " + _("You can earn it again until %(due)s.") if has_due else ""),
        ),
        "suspended": (
            _("On hold: %(title)s"),
            _("It does not count for the time being.")
            + (
                " " + _("Please do what is open; it was due on %(due)s.")
                if is_late(standing)
                else ""
            ),
        ),
        "reinstated": (
            _("It counts again: %(title)s"),
            _("You hold it until %(last_day)s.") if has_end else _("It does not run out."),
        ),
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


def word_moved_date(standing: Standing, before: str, *, has_end: bool) -> tuple[str, str]:
    """Return the sentences of a day that moved: how long it is held, or by when it is due."""
    had_day = read_day(before) is not None
    if topic_of(before) != "end":
        return (
            _("New date: %(title)s is due on %(due)s"),
            (
                _("Before, it was due on %(before)s.")
                if had_day
                else _("It is asked of you with this day from now on.")
            )
            + " "
            + _("What you have done so far still counts."),
        )
    earlier = _("Before, it was %(before)s.") if had_day else _("Before, it did not run out.")
    if standing.standing not in HELD:
        last = _("You held it until %(last_day)s.") + " " if has_end else ""
        return _("You no longer hold %(title)s"), last + _("What was recorded was corrected.")
    if not has_end:
        return _("New date: %(title)s does not run out any more"), earlier
    return _("New date: you hold %(title)s until %(last_day)s"), earlier


def read_day(before: str) -> date | None:
    """Return the day that a change names as the one before, as people read it, or None.

    An end is stored as the first day on which it is not held; people read the last one.
    """
    topic, _dash, text = before.partition("-")
    if topic not in ("due", "end") or not text[:1].isdigit():
        return None
    day = date.fromisoformat(text)
    return day - timedelta(days=1) if topic == "end" else day


def is_late(standing: Standing) -> bool:
    """Return whether something is under way whose due day has passed."""
    return standing.due_on is not None and standing.task in ("overdue", "closed")


def word_reminder(standing: Standing) -> str:
    """Return what a manager's reminder says: was due, is due, runs out, or just the next step."""
    if standing.due_on is not None and standing.task in ("overdue", "closed"):
        return _("It was due on %(due)s. Please take the next step.")
    if standing.due_on is not None:
        return _("It is due on %(due)s. Please take the next step.")
    if standing.valid_until is not None:
        return _("You hold it until %(last_day)s. Please renew it in time.")
    return _("Please take the next step.")
