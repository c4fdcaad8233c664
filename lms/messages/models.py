"""Notices (what somebody should know) and mails (what was sent), each recorded exactly once."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from lms.organisation.models import Employee

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

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
    "replaced": gettext_lazy("a later change took its place"),
    "retired": gettext_lazy("the certification is retired"),
    "taken_back": gettext_lazy("it was taken back in time"),
    "unknown": gettext_lazy("what it was about no longer exists"),
}
KIND_WORDS: Final[dict[str, _StrPromise]] = {
    "assigned": gettext_lazy("new certification"),
    "certified": gettext_lazy("certified"),
    "date_moved": gettext_lazy("date moved"),
    "delta_published": gettext_lazy("standard changed"),
    "due": gettext_lazy("due today"),
    "due_in": gettext_lazy("due soon"),
    "evidence_accepted": gettext_lazy("proof accepted"),
    "evidence_refused": gettext_lazy("proof refused"),
    "expired": gettext_lazy("run out"),
    "overdue": gettext_lazy("overdue"),
    "reinstated": gettext_lazy("counts again"),
    "reminded": gettext_lazy("reminder by a manager"),
    "result_in": gettext_lazy("quiz marked"),
    "revoked": gettext_lazy("taken back"),
    "suspended": gettext_lazy("on hold"),
    "wish_approved": gettext_lazy("wish approved"),
    "wish_refused": gettext_lazy("wish refused"),
}


class Channel(models.TextChoices):
    """How a message reaches somebody."""

    EMAIL = "email", _("e-mail")


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails. Every method chains; none writes."""

    def claimable(self, now: datetime) -> Self:
        """Return the mails a sender may take: due, not finished, and nobody's lease on them."""
        return self.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=now),
            state__in=[Mail.State.OPEN, Mail.State.CLOSED],
            due_at__lte=now,
        ).order_by("due_at", "pk")


class Mail(models.Model):
    """One message to one person for one local day and slot.

    open → closed (its notices and text are fixed) → intended (about to be handed over; from here
    on nothing changes) → sent · unknown · dead; or withdrawn when nothing in it was still true.
    """

    class State(models.TextChoices):
        OPEN = "open", _("collecting")
        CLOSED = "closed", _("ready")
        INTENDED = "intended", _("being handed over")
        SENT = "sent", _("sent")
        UNKNOWN = "unknown", _("unknown")
        DEAD = "dead", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="mails")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    local_on = models.DateField(_("local day"))
    slot = models.CharField(_("slot"), max_length=60)
    message_id = models.CharField(_("Message-ID"), max_length=120, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField(_("due at"))
    address = models.EmailField(_("address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    # The fence grows with each claim: a sender that was paused past its lease sees a newer one.
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    intended_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-due_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "channel", "local_on", "slot"],
                name="sb_lms_mail_one_per_day_and_slot",
                violation_error_message=_(
                    "This person already has a mail of this kind for that day."
                ),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["open", "closed", "intended"]),
                name="sb_lms_mail_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.local_on} {self.slot}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices. Every method chains; none writes."""

    def planned(self) -> Self:
        """Return the notices that wait for their day."""
        return self.filter(state=Notice.State.PLANNED)

    def unsent(self) -> Self:
        """Return the notices that wait for their day, or in a mail that no server was given."""
        in_mail = Q(state=Notice.State.IN_MAIL, mail__state=Mail.State.CLOSED)
        return self.filter(Q(state=Notice.State.PLANNED) | in_mail)

    def hold_unsent(self, recipient_ids: Collection[int]) -> Self:
        """Return people's unsent notices, locked as the sender locks: mails first. Two queries."""
        mails = Mail.objects.filter(
            recipient__in=recipient_ids, state__in=[Mail.State.OPEN, Mail.State.CLOSED]
        )
        # Asked at once: a sender that is writing one of them is waited for here.
        list(mails.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        return self.unsent().filter(recipient__in=recipient_ids).select_for_update(of=("self",))


class Notice(models.Model):
    """One thing one person should be told on one day, planned exactly once.

    ``subject`` is text made by the provider that knows what it means (its part before the first
    colon names the provider). ``offset_days`` is relative to the target day: −30 is 30 days
    before it. ``due_at`` is the earliest moment it may go out.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        IN_MAIL = "in_mail", _("in a mail")
        SUPPRESSED = "suppressed", _("not sent")
        SUPERSEDED = "superseded", _("replaced by a later one")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)
    offset_days = models.SmallIntegerField(_("days from the target day"), default=0)
    target_on = models.DateField(_("target day"))
    recipient = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="notices")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    urgent = models.BooleanField(_("does not wait for the daily mail"), default=False)
    due_at = models.DateTimeField(_("due at"))
    planned_at = models.DateTimeField(_("planned at"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PLANNED
    )
    reason = models.CharField(_("why it was not sent"), max_length=60, blank=True)
    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-due_at", "-pk"]
        constraints = [
            # A re-run of the planner makes none; an extension moves the target day and makes one.
            # What a person took back in time was never said: it may be planned again that day.
            models.UniqueConstraint(
                fields=["subject", "kind", "offset_days", "target_on", "recipient", "channel"],
                condition=~Q(reason="taken_back"),
                name="sb_lms_notice_once",
                violation_error_message=_("This notice is already planned."),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state="planned"),
                name="sb_lms_notice_planned",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_on} → {self.recipient}"

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(KIND_WORDS.get(self.kind, self.kind.replace("_", " ")))

    @property
    def why_not(self) -> str:
        """Why it was not sent, in words, or nothing."""
        return str(REASON_WORDS.get(self.reason, self.reason))
