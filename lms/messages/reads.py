"""What people read of their mails, and how states and reasons read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.errors import NotFoundError
from lms.messages.models import Mail, Notice
from lms.organisation.models import Employee

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

WRITTEN: Final = (
    Mail.State.CLOSED,
    Mail.State.INTENDED,
    Mail.State.SENT,
    Mail.State.UNKNOWN,
    Mail.State.DEAD,
)
"""States in which a mail has its final text."""

STATE_WORDS: Final[dict[str, _StrPromise]] = {
    Mail.State.OPEN: gettext_lazy("collecting"),
    Mail.State.CLOSED: gettext_lazy("on its way"),
    Mail.State.INTENDED: gettext_lazy("being sent"),
    Mail.State.SENT: gettext_lazy("sent"),
    Mail.State.UNKNOWN: gettext_lazy("nobody knows whether it arrived"),
    Mail.State.DEAD: gettext_lazy("could not be delivered"),
    Mail.State.WITHDRAWN: gettext_lazy("not sent: nothing in it was still true"),
}
REASON_WORDS: Final[dict[str, _StrPromise]] = {
    "absent": gettext_lazy("the person is on leave"),
    "date_moved": gettext_lazy("the due day has moved"),
    "done": gettext_lazy("it is done"),
    "exempt": gettext_lazy("the person is exempt"),
    "history": gettext_lazy("it lies in the past and was loaded later"),
    "later_one": gettext_lazy("a later one says the same"),
    "left": gettext_lazy("the person has left"),
    "no_address": gettext_lazy("no e-mail address is known"),
    "no_longer_held": gettext_lazy("the certification is no longer held"),
    "nobody_knows_it": gettext_lazy("what it was about no longer exists"),
    "not_required": gettext_lazy("it is no longer asked of the person"),
    "optional": gettext_lazy("it is only an offer"),
    "renewed": gettext_lazy("it has been renewed"),
    "retired": gettext_lazy("the certification is retired"),
    "unknown": gettext_lazy("what it was about no longer exists"),
}
KIND_WORDS: Final[dict[str, _StrPromise]] = {
    "assigned": gettext_lazy("new certification"),
    "certified": gettext_lazy("certified"),
    "due": gettext_lazy("due today"),
    "due_in": gettext_lazy("due soon"),
    "expired": gettext_lazy("run out"),
    "overdue": gettext_lazy("overdue"),
    "reminded": gettext_lazy("reminder by a manager"),
}


def state_words(mail: Mail) -> str:
    """Return what became of a mail."""
    return str(STATE_WORDS.get(mail.state, mail.state))


def reason_words(notice: Notice) -> str:
    """Return why a notice was not sent, or nothing."""
    return str(REASON_WORDS.get(notice.reason, notice.reason))


def kind_words(notice: Notice) -> str:
    """Return what a notice is about."""
    return str(KIND_WORDS.get(notice.kind, notice.kind.replace("_", " ")))


def list_mails(employee: Employee) -> QuerySet[Mail]:
    """Return the mails written to a person, the newest first."""
    return Mail.objects.filter(recipient=employee, state__in=WRITTEN).order_by("-due_at", "-pk")


def find_mail(*, employee: Employee, uuid: UUID) -> Mail:
    """Return one of a person's mails. Raises: NotFoundError for other people's. One query."""
    mail = list_mails(employee).filter(uuid=uuid).first()
    if mail is None:
        raise NotFoundError(_("There is no such message."))
    return mail
