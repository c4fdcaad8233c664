"""What people read of their mails, and how states and reasons read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.errors import NotFoundError
from lms.messages.models import Mail
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


def state_words(mail: Mail) -> str:
    """Return what became of a mail."""
    return str(STATE_WORDS.get(mail.state, mail.state))


def list_mails(employee: Employee) -> QuerySet[Mail]:
    """Return the mails written to a person, the newest first."""
    return Mail.objects.filter(recipient=employee, state__in=WRITTEN).order_by("-due_at", "-pk")


def find_mail(*, employee: Employee, uuid: UUID) -> Mail:
    """Return one of a person's mails. Raises: NotFoundError for other people's. One query."""
    mail = list_mails(employee).filter(uuid=uuid).first()
    if mail is None:
        raise NotFoundError(_("There is no such message."))
    return mail
