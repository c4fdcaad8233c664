"""Who may start a quiz that is not open to everybody at any time."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from lms.api import Employee, NotAllowedError, RuleError, require
from quizzes.attempts.models import Quiz, QuizVersion, Release
from quizzes.attempts.rules import Terms, read_terms

if TYPE_CHECKING:
    from quizzes.attempts.permissions import User

WRONG_ALLOWED: Final = 5
WRONG_FORGOTTEN_AFTER_SECONDS: Final = 15 * 60


@transaction.atomic
def release_start(*, quiz: Quiz, employee: Employee, actor: User | None, now: datetime) -> Release:
    """Let a person start a quiz once within half an hour; again returns the one that is unused.

    Raises:
        NotFoundError: the person is out of scope.
        NotAllowedError: not the actor's to do, or the actor's own person.
        RuleError: no_release_needed.

    """
    require(actor, "create", "quiz_release", employee)
    if actor is not None and employee.user_id == actor.pk:
        raise NotAllowedError(_("Somebody else lets you in."), code="own_record")
    version = QuizVersion.objects.latest().filter(quiz=quiz, quiz__live=True).first()
    if version is None or read_terms(version.body).admission != Quiz.Admission.SUPERVISOR:
        raise RuleError(_("Nobody needs to be let into this quiz."), code="no_release_needed")
    Employee.objects.select_for_update(no_key=True).filter(pk=employee.pk).values("pk").first()
    unused = Release.objects.usable(now).filter(quiz=quiz, employee=employee).first()
    return unused or Release.objects.create(
        quiz=quiz,
        employee=employee,
        released_by_id=actor.pk if actor else None,
        released_at=now,
    )


def require_admission(
    *, employee: Employee, version: QuizVersion, terms: Terms, password: str, now: datetime
) -> Release | None:
    """Let those start who may; return the release that this start uses up.

    Raises:
        RuleError: password_needed, wrong_password, throttled or not_released.

    """
    if terms.admission == Quiz.Admission.PASSWORD:
        _check_password(employee, version, password)
    if terms.admission != Quiz.Admission.SUPERVISOR:
        return None
    usable = Release.objects.usable(now).filter(quiz=version.quiz_id, employee=employee)
    release = usable.first()
    if release is None:
        raise RuleError(
            _("Ask your manager or an assessor to let you in. Then start within half an hour."),
            code="not_released",
        )
    return release


def _check_password(employee: Employee, version: QuizVersion, password: str) -> None:
    """Compare in constant time; after five wrong ones nothing is compared for a while."""
    if not password:
        raise RuleError(_("Type the password you were told."), code="password_needed")
    name = sha256(f"{employee.pk}|{version.quiz_id}".encode()).hexdigest()
    key = f"standardbearer-quiz-password-{name}"
    if cache.get(key, 0) >= WRONG_ALLOWED:
        raise RuleError(
            _("There were too many wrong passwords. Wait 15 minutes, then try again."),
            code="throttled",
        )
    if check_password(password, version.password_hash):
        cache.delete(key)
        return
    cache.add(key, 0, WRONG_FORGOTTEN_AFTER_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # Forgotten between the two lines: this failure is the first again.
        cache.set(key, 1, WRONG_FORGOTTEN_AFTER_SECONDS)
    raise RuleError(_("This is not the password."), code="wrong_password")
