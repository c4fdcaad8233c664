"""Exceptions, extra time and minutes given back: made with a reason, never changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lms.api import Branch, Employee, InvalidInputError, NotAllowedError, RuleError, require
from quizzes.attempts.models import (
    Accommodation,
    Attempt,
    AttemptExtension,
    Quiz,
    QuizOverride,
    QuizVersion,
)
from quizzes.attempts.rules import Leeway, Terms, extend_due, find_useless, read_terms

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User

MOST_TRIES: Final = 20
DAY_MINUTES: Final = 24 * 60
MOST_MINUTES_BACK: Final = 120
MOST_MINUTES_IN_ALL: Final = 240
LONGEST_REASON: Final = 300


def make_override(
    *,
    quiz: Quiz,
    target: Employee | Branch,
    leeway: Leeway,
    reason: str,
    actor: User | None,
    now: datetime,
) -> QuizOverride:
    """Grant a person or a branch more at one quiz; it holds for starts from now on.

    Raises:
        NotFoundError: the person or branch is out of scope.
        NotAllowedError: not the actor's to do, or for the actor's own person.
        InvalidInputError: no reason, nothing granted, more than makes sense, or something that
            takes away or changes nothing: an earlier close, fewer minutes.
        RuleError: exception_exists.

    """
    require(actor, "create", "quiz_override", target)
    employee = target if isinstance(target, Employee) else None
    _refuse_own(employee, actor)
    if not reason.strip():
        raise InvalidInputError(_("Say why."), field="reason")
    if leeway == Leeway():
        raise InvalidInputError(_("Say what is different."), field="extra_tries")
    if not 0 <= leeway.extra_tries <= MOST_TRIES:
        raise InvalidInputError(_("At most 20 tries more."), field="extra_tries")
    if leeway.time_limit_minutes is not None and not 1 <= leeway.time_limit_minutes <= DAY_MINUTES:
        raise InvalidInputError(_("From one minute to a day."), field="time_limit_minutes")
    if leeway.closes_at is not None and leeway.closes_at <= now:
        raise InvalidInputError(_("That moment is over."), field="closes_at")
    _refuse_useless(quiz, leeway)
    try:
        with transaction.atomic():
            return QuizOverride.objects.create(
                quiz=quiz,
                employee=employee,
                branch=None if isinstance(target, Employee) else target,
                extra_tries=leeway.extra_tries,
                closes_at=leeway.closes_at,
                time_limit_minutes=leeway.time_limit_minutes,
                no_cool_down=leeway.no_cool_down,
                reason=reason.strip(),
                made_by_id=actor.pk if actor else None,
                made_at=now,
            )
    except IntegrityError as error:
        words = _("There is an exception already. End it first.")
        raise RuleError(words, code="exception_exists") from error


def _refuse_useless(quiz: Quiz, leeway: Leeway) -> None:
    """Refuse what would give nothing beyond the quiz. Nothing granted can take away."""
    version = QuizVersion.objects.latest().filter(quiz=quiz).first()
    if version is None:
        return
    terms = read_terms(version.body)
    for name in find_useless(terms, leeway):
        raise InvalidInputError(_explain_useless(name, terms), field=name)


def _explain_useless(name: str, terms: Terms) -> str:
    if name == "no_cool_down" or (name == "extra_tries" and terms.counting == "first"):
        return _("At this quiz the first try counts. Neither more tries nor less waiting help.")
    if name == "extra_tries":
        return _("This quiz allows any number of tries. Leave this at 0.")
    if name == "closes_at":
        if terms.closes_at is None:
            return _("This quiz never closes. Leave this empty.")
        day = date_format(localtime(terms.closes_at), "DATETIME_FORMAT")
        return _("The quiz closes on %(day)s. An exception can only be later.") % {"day": day}
    if terms.time_limit_minutes is None:
        return _("This quiz has no clock. Leave this empty.")
    words = _("The quiz gives %(minutes)d minutes. An exception can only give more.")
    return words % {"minutes": terms.time_limit_minutes}


@transaction.atomic
def extend_attempt(
    *,
    attempt: Attempt,
    minutes: int,
    reason: str,
    seen_times: int,
    actor: User | None,
    now: datetime,
) -> AttemptExtension:
    """Give an attempt under way minutes that were lost, as after a power cut; also several times.

    An attempt whose time has run out meanwhile goes on from now, unless it was closed already.
    ``seen_times`` is how often it had been given minutes when the giver looked. The same once more,
    as by a form sent twice, changes nothing and returns what was given.

    Raises:
        NotFoundError: the person is out of scope.
        NotAllowedError: not the actor's to do, or the actor's own attempt.
        InvalidInputError: no reason, no number of minutes from 1 to 120, or with those before
            more than 240.
        RuleError: attempt_closed, no_clock, extended_meanwhile.

    """
    require(actor, "extend", "attempt_under_way", attempt.employee)
    _refuse_own(attempt.employee, actor)
    reason = reason.strip()
    if not 1 <= minutes <= MOST_MINUTES_BACK:
        raise InvalidInputError(_("Give from 1 to 120 minutes."), field="minutes")
    if not reason or len(reason) > LONGEST_REASON or "\x00" in reason:
        raise InvalidInputError(_("Say why, in a few words."), field="reason")
    fresh = Attempt.objects.select_for_update(no_key=True).get(pk=attempt.pk)
    given = list(fresh.extensions.order_by("pk"))
    wanted = (minutes, reason, actor.pk if actor else None)
    since = given[seen_times : seen_times + 1]
    if since and (since[0].minutes, since[0].reason, since[0].made_by_id) == wanted:
        return since[0]
    if not fresh.is_open:
        raise RuleError(_explain_end(fresh), code="attempt_closed")
    if fresh.due_at is None or fresh.grace_until is None:
        raise RuleError(_("This quiz has no clock: there is all the time."), code="no_clock")
    if seen_times != len(given):
        words = _("Somebody has given this try minutes meanwhile. Give more only if it needs more.")
        raise RuleError(words, code="extended_meanwhile")
    left = MOST_MINUTES_IN_ALL - sum(row.minutes for row in given)
    if minutes > left:
        raise InvalidInputError(_explain_most(left), field="minutes")
    before, grace = fresh.due_at, fresh.grace_until - fresh.due_at
    fresh.due_at = extend_due(before, minutes, now)
    fresh.grace_until = fresh.due_at + grace
    fresh.save(update_fields=["due_at", "grace_until"])
    return AttemptExtension.objects.create(
        attempt=fresh,
        minutes=minutes,
        reason=reason,
        due_before=before,
        due_after=fresh.due_at,
        made_by_id=actor.pk if actor else None,
        made_at=now,
    )


def _explain_end(attempt: Attempt) -> str:
    """Return why a finished try gets no minutes; HR can help unless the first try counts."""
    words = _("This try was handed in meanwhile.")
    if attempt.state == Attempt.State.CLOSED:
        words = _("The time ran out and the try was closed.")
    if read_terms(attempt.quiz_version.body).counting == "first":
        return words
    return f"{words} {_('HR can allow another one.')}"


def _explain_most(left: int) -> str:
    words = _("One try gets at most %(most)d minutes in all. %(left)d are left.")
    return words % {"most": MOST_MINUTES_IN_ALL, "left": left}


def grant_extra_time(
    *,
    employee: Employee,
    factor: Decimal,
    reason: str,
    actor: User | None,
    now: datetime,
    until_on: date | None = None,
) -> Accommodation:
    """Give a person more time at every quiz with a clock; it holds for starts from now on.

    Raises:
        NotFoundError: the person is out of scope.
        NotAllowedError: not the actor's to do, or for the actor's own person.
        InvalidInputError: no reason, or a factor that is none.
        RuleError: extra_time_exists.

    """
    require(actor, "create", "accommodation", employee)
    _refuse_own(employee, actor)
    if not factor.is_finite() or not 1 < factor <= 3:
        raise InvalidInputError(_("Choose more than 1 and at most 3."), field="factor")
    if not reason.strip():
        raise InvalidInputError(_("Say why."), field="reason")
    try:
        with transaction.atomic():
            return Accommodation.objects.create(
                employee=employee,
                factor=factor,
                until_on=until_on,
                reason=reason.strip(),
                made_by_id=actor.pk if actor else None,
                made_at=now,
            )
    except IntegrityError as error:
        words = _("This person has extra time already. End it first.")
        raise RuleError(words, code="extra_time_exists") from error


def end_arrangement(
    *, arrangement: QuizOverride | Accommodation, actor: User | None, now: datetime
) -> None:
    """End an exception or extra time; tries under way keep it. Again changes nothing.

    Raises:
        NotFoundError: out of scope.
        NotAllowedError: not the actor's to do, or the actor's own.

    """
    override = isinstance(arrangement, QuizOverride)
    target = arrangement.employee or arrangement.branch if override else arrangement.employee  # type: ignore[union-attr]
    require(actor, "change", "quiz_override" if override else "accommodation", target)
    _refuse_own(arrangement.employee, actor)
    open_ones = type(arrangement)._default_manager.filter(pk=arrangement.pk, ended_at=None)  # noqa: SLF001
    open_ones.update(ended_at=now, ended_by=actor.pk if actor else None)


def _refuse_own(employee: Employee | None, actor: User | None) -> None:
    if actor is not None and employee is not None and employee.user_id == actor.pk:
        raise NotAllowedError(_("Nobody eases the own quiz."), code="own_record")
