"""Send what is due, each mail once.

A sender claims mails with a lease and a fence, fixes their content, records the intent, looks at
its fence once more, hands the mail over and marks it. Killed before the intent: sent later.
Killed after it: a transport that can look a Message-ID up settles it; with plain SMTP the mail is
``unknown``, is listed, and is never sent again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lms.errors import RuleError
from lms.messages.actions.closing import Claim, close_mails, open_mails
from lms.messages.actions.failpoints import reach
from lms.messages.models import Mail
from lms.messages.rules import TRIES, wait_before

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
CHUNK = 100
PERMANENT = range(500, 600)


@dataclass
class Delivered:
    """What a delivery did, in mails."""

    opened: int = 0
    sent: int = 0
    withdrawn: int = 0
    unknown: int = 0
    dead: int = 0
    put_off: int = 0

    def __str__(self) -> str:
        parts = [f"{value} {name.replace('_', ' ')}" for name, value in vars(self).items()]
        return ", ".join(parts)


def deliver_due(
    *, now: datetime, chunk: int = CHUNK, lease: timedelta = LEASE, transport: Any = None
) -> Delivered:
    """Send everything that is due at ``now``; return what became of it.

    Several senders may run at once. ``transport`` is a Django mail backend; one connection is
    kept for a chunk.
    """
    done = Delivered(opened=open_mails(now=now))
    transport = transport or get_connection()
    reconcile_intended(done, now=now, transport=transport)
    while True:
        claims = claim_mails(now=now, limit=chunk, lease=lease)
        if not claims:
            return done
        reach("after_claim")
        ready = close_mails(claims=claims, now=now)
        done.withdrawn += len(claims) - len(ready)
        if not send_chunk(ready, done, now=now, transport=transport):
            return done


def claim_mails(*, now: datetime, limit: int, lease: timedelta) -> list[Claim]:
    """Take some mails: nobody else touches them until the lease is over."""
    with transaction.atomic():
        rows = Mail.objects.claimable(now)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        ids = list(rows.values_list("pk", flat=True)[:limit])
        Mail.objects.filter(pk__in=ids).update(fence=F("fence") + 1, lease_until=now + lease)
        mails = Mail.objects.filter(pk__in=ids).order_by("due_at", "pk")
        return [Claim(mail, mail.fence) for mail in mails]


def send_chunk(claims: Sequence[Claim], done: Delivered, *, now: datetime, transport: Any) -> bool:
    """Send closed mails over one connection; return False when the server cannot be reached."""
    if not claims:
        return True
    try:
        transport.open()
    except (OSError, SMTPException) as error:
        # Nothing was intended yet, so nothing can be lost or doubled: all of it later.
        logger.warning("The mail server cannot be reached: %s", error)
        done.put_off += put_off([claim.mail.pk for claim in claims], str(error), now=now)
        return False
    try:
        for claim in claims:
            send_one(claim, done, now=now, transport=transport)
    finally:
        transport.close()
    return True


def send_one(claim: Claim, done: Delivered, *, now: datetime, transport: Any) -> None:
    """Record the intent, look at the fence once more, hand over, mark."""
    reach("before_intent")
    if not move(claim, Mail.State.CLOSED, Mail.State.INTENDED, intended_at=now):
        return
    reach("after_intent")
    if not holds_fence(claim):
        return
    try:
        build_message(claim.mail, transport).send()
    except (SMTPRecipientsRefused, SMTPSenderRefused, SMTPResponseException) as error:
        refuse(claim, error, done, now=now)
        return
    except SMTPServerDisconnected as error:
        leave_unknown(claim, error, done, now=now, transport=transport)
        return
    except (SMTPException, ValueError) as error:
        # It could not even be put into a form that the server takes: nothing was sent.
        bury(claim, error, done, now=now)
        return
    except OSError as error:
        leave_unknown(claim, error, done, now=now, transport=transport)
        return
    reach("after_send")
    if move(claim, Mail.State.INTENDED, Mail.State.SENT, finished_at=now, lease_until=None):
        done.sent += 1


def leave_unknown(
    claim: Claim, error: Exception, done: Delivered, *, now: datetime, transport: Any
) -> None:
    """Note that the line broke: the server may have taken the mail, nobody can say."""
    logger.warning("Mail %s: the line broke while it was handed over", claim.mail.pk)
    values = {"finished_at": now, "last_error": text(error)}
    done.unknown += move(claim, Mail.State.INTENDED, Mail.State.UNKNOWN, **values)
    transport.close()


def bury(claim: Claim, error: Exception, done: Delivered, *, now: datetime) -> None:
    """Note that a mail can never be sent."""
    values = {"finished_at": now, "last_error": text(error), "tries": claim.mail.tries + 1}
    done.dead += move(claim, Mail.State.INTENDED, Mail.State.DEAD, **values)


def move(claim: Claim, before: str, after: str, **values: object) -> bool:
    """Change a mail's state if the claim still holds; return whether it did."""
    rows = Mail.objects.filter(pk=claim.mail.pk, state=before, fence=claim.fence)
    return rows.update(state=after, **values) == 1


def holds_fence(claim: Claim) -> bool:
    """Return whether nobody has claimed the mail since."""
    return Mail.objects.filter(pk=claim.mail.pk, fence=claim.fence).exists()


def build_message(mail: Mail, transport: Any) -> EmailMultiAlternatives:
    """Return the message of a closed mail."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.address],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
        connection=transport,
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def refuse(
    claim: Claim,
    error: SMTPRecipientsRefused | SMTPResponseException,
    done: Delivered,
    *,
    now: datetime,
) -> None:
    """Take the server's no: for good, or try again later. A no is certain: nothing was sent."""
    tries = claim.mail.tries + 1
    if is_permanent(error) or tries >= TRIES:
        move(
            claim,
            Mail.State.INTENDED,
            Mail.State.DEAD,
            tries=tries,
            finished_at=now,
            last_error=text(error),
        )
        done.dead += 1
        return
    move(
        claim,
        Mail.State.INTENDED,
        Mail.State.CLOSED,
        tries=tries,
        due_at=now + wait_before(tries),
        lease_until=None,
        last_error=text(error),
    )
    done.put_off += 1


def is_permanent(error: SMTPRecipientsRefused | SMTPResponseException) -> bool:
    """Return whether the server said never, not: later."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _message in error.recipients.values()]
        return bool(codes) and all(code in PERMANENT for code in codes)
    return error.smtp_code in PERMANENT


def text(error: Exception) -> str:
    """Return an error for the record."""
    return f"{type(error).__name__}: {error}"[:500]


def put_off(ids: Collection[int], why: str, *, now: datetime) -> int:
    """Let go of mails that could not be tried; return how many."""
    return Mail.objects.filter(pk__in=ids, state=Mail.State.CLOSED).update(
        due_at=now + wait_before(1), lease_until=None, last_error=why[:500]
    )


def reconcile_intended(done: Delivered, *, now: datetime, transport: Any) -> None:
    """Settle mails whose sender died between intent and mark.

    A transport with ``lookup(message_id)`` answers True (it went out), False (it did not) or None.
    Without it nobody can know: the mail is unknown, and only a person may send it again.
    """
    lookup = getattr(transport, "lookup", lambda _message_id: None)
    over = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    for mail in Mail.objects.filter(over, state=Mail.State.INTENDED).order_by("pk"):
        reach("in_reconcile")
        answer = lookup(mail.message_id)
        claim = Claim(mail, mail.fence)
        if answer is True:
            done.sent += move(claim, Mail.State.INTENDED, Mail.State.SENT, finished_at=now)
        elif answer is False:
            move(claim, Mail.State.INTENDED, Mail.State.CLOSED, lease_until=None, due_at=now)
        else:
            done.unknown += move(
                claim, Mail.State.INTENDED, Mail.State.UNKNOWN, finished_at=now, lease_until=None
            )


def retry_unknown_mail(*, mail: Mail, now: datetime) -> Mail:
    """Send a mail again of which nobody knows whether it arrived: a person decided so.

    Raises: RuleError when its fate is known.
    """
    moved = Mail.objects.filter(pk=mail.pk, state=Mail.State.UNKNOWN).update(
        state=Mail.State.CLOSED, due_at=now, lease_until=None, finished_at=None
    )
    if not moved:
        raise RuleError(_("It is known what became of this mail."), code="mail_not_unknown")
    mail.refresh_from_db()
    return mail
