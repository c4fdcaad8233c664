"""Open the day's mails and close them: which notices each holds, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms import registry
from lms.messages.models import Mail, Notice
from lms.messages.rules import (
    DAILY,
    Planned,
    digest_message_id,
    find_superseded,
    provider_of,
    slot_of,
)
from lms.organisation.reads import zone_of
from lms.organisation.rules import local_day
from lms.registry import NoticeText, NoticeVerdict

OPENED_AT_ONCE = 5_000
PERSON = ("recipient", "recipient__home_branch")


@dataclass(frozen=True)
class Claim:
    """A mail that this sender holds, with the fence it was claimed under."""

    mail: Mail
    fence: int


def open_mails(*, now: datetime) -> int:
    """Make the mails that due notices ask for, one per person, local day and slot.

    A notice that falls due after the day's mail has left waits for tomorrow's. Three statements.
    """
    due = (
        Notice.objects.planned()
        .filter(due_at__lte=now)
        .select_related("recipient__home_branch")
        .order_by("due_at", "pk")[:OPENED_AT_ONCE]
    )
    wanted: dict[str, Mail] = {}
    for notice in due:
        person = notice.recipient
        local_on = local_day(now, zone_of(person))
        slot = slot_of(notice.planned_at, urgent=notice.urgent)
        message_id = digest_message_id(str(person.uuid), notice.channel, local_on, slot)
        wanted[message_id] = Mail(
            recipient=person,
            channel=notice.channel,
            local_on=local_on,
            slot=slot,
            message_id=message_id,
            due_at=now,
        )
    Mail.objects.bulk_create(wanted.values(), ignore_conflicts=True, batch_size=500)
    return len(wanted)


def close_mails(*, claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Fix what each claimed mail holds and says; return those that are still to be sent.

    Asks every notice's provider whether it is still true; what is not is suppressed with the
    reason. One transaction, a constant number of queries plus one update per mail.
    """
    with transaction.atomic():
        mine = lock_claims(claims)
        held = collect_notices([claim.mail for claim in mine], now)
        verdicts = check_notices([notice for notices in held.values() for notice in notices], now)
        kept = {
            pk: settle_notices(notices, verdicts, now) for pk, notices in held.items() if notices
        }
        texts = write_notices([notice for notices in kept.values() for notice in notices])
        ready = []
        for claim in mine:
            notices = kept.get(claim.mail.pk, [])
            close_mail(claim.mail, notices, texts, now)
            if claim.mail.state == Mail.State.CLOSED:
                ready.append(claim)
    return ready


def lock_claims(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims whose fence still holds, their mails locked and read again."""
    fences = {claim.mail.pk: claim.fence for claim in claims}
    mails = (
        Mail.objects.select_for_update(of=("self",))
        .filter(pk__in=fences, state__in=[Mail.State.OPEN, Mail.State.CLOSED])
        .select_related("recipient__home_branch")
        .order_by("pk")
    )
    return [Claim(mail, mail.fence) for mail in mails if mail.fence == fences[mail.pk]]


def collect_notices(mails: Collection[Mail], now: datetime) -> dict[int, list[Notice]]:
    """Return the notices of each mail: its own once it is closed, else all that are due for it.

    Those that are due are held: whoever takes one back meanwhile waits until its fate is known.
    """
    by_key = {(mail.recipient_id, mail.channel, mail.slot): mail for mail in mails}
    held: dict[int, list[Notice]] = {mail.pk: [] for mail in mails}
    closed = [mail.pk for mail in mails if mail.state == Mail.State.CLOSED]
    for notice in Notice.objects.filter(mail_id__in=closed).select_related(*PERSON):
        held[notice.mail_id or 0].append(notice)
    open_recipients = [mail.recipient_id for mail in mails if mail.state == Mail.State.OPEN]
    waiting = Notice.objects.planned().filter(recipient_id__in=open_recipients, due_at__lte=now)
    waiting = waiting.select_for_update(of=("self",)).select_related(*PERSON)
    for notice in waiting.order_by("due_at", "pk"):
        slot = slot_of(notice.planned_at, urgent=notice.urgent)
        mail = by_key.get((notice.recipient_id, notice.channel, slot))
        if mail is not None and mail.state == Mail.State.OPEN:
            held[mail.pk].append(notice)
    return held


def check_notices(notices: Sequence[Notice], now: datetime) -> dict[int, NoticeVerdict]:
    """Return whether each notice is still true: no address, left, or what its provider says."""
    verdicts: dict[int, NoticeVerdict] = {}
    for name, group in group_by_provider(notices).items():
        for provider in registry.notice_providers.of(name):
            verdicts |= provider.check(group, now)
    for notice in notices:
        person = notice.recipient
        if not person.email:
            verdicts[notice.pk] = NoticeVerdict(still_true=False, reason="no_address")
        elif person.left_on is not None and person.left_on <= local_day(now, zone_of(person)):
            verdicts[notice.pk] = NoticeVerdict(still_true=False, reason="left")
        else:
            verdicts.setdefault(
                notice.pk, NoticeVerdict(still_true=False, reason="nobody_knows_it")
            )
    return verdicts


def group_by_provider(notices: Sequence[Notice]) -> dict[str, list[Notice]]:
    """Return the notices by the name of their provider."""
    groups: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        groups[provider_of(notice.subject)].append(notice)
    return groups


def settle_notices(
    notices: Sequence[Notice], verdicts: Mapping[int, NoticeVerdict], now: datetime
) -> list[Notice]:
    """Suppress what is no longer true and what a later one replaces; return the rest."""
    true = [notice for notice in notices if verdicts[notice.pk].still_true]
    for notice in notices:
        if not verdicts[notice.pk].still_true:
            settle(notice, Notice.State.SUPPRESSED, verdicts[notice.pk].reason, now)
    replaced = find_superseded(
        Planned(
            id=notice.pk,
            subject=notice.subject,
            kind=notice.kind,
            due_on=notice.target_on + timedelta(days=notice.offset_days),
        )
        for notice in true
    )
    for notice in true:
        if notice.pk in replaced:
            settle(notice, Notice.State.SUPERSEDED, "later_one", now)
    return [notice for notice in true if notice.pk not in replaced]


def settle(notice: Notice, state: str, reason: str, now: datetime) -> None:
    """Note that a notice will not be sent, and why."""
    notice.state = state
    notice.reason = reason
    notice.mail = None
    notice.settled_at = now
    notice.save(update_fields=["state", "reason", "mail", "settled_at"])


def write_notices(notices: Sequence[Notice]) -> dict[int, NoticeText]:
    """Return what each notice says, in its recipient's language."""
    texts: dict[int, NoticeText] = {}
    by_language: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_language[notice.recipient.locale or settings.LANGUAGE_CODE].append(notice)
    for language, group in by_language.items():
        with translation.override(language):
            for name, rows in group_by_provider(group).items():
                for provider in registry.notice_providers.of(name):
                    texts |= provider.write(rows)
    return texts


def close_mail(
    mail: Mail, notices: Sequence[Notice], texts: Mapping[int, NoticeText], now: datetime
) -> None:
    """Fix a mail's notices and text, or withdraw it when nothing is left to say."""
    said = [texts[notice.pk] for notice in notices if notice.pk in texts]
    if not said:
        mail.state = Mail.State.WITHDRAWN
        mail.finished_at = now
        mail.lease_until = None
        mail.save(update_fields=["state", "finished_at", "lease_until"])
        return
    person = mail.recipient
    with translation.override(person.locale or settings.LANGUAGE_CODE):
        mail.subject = subject_line(said)
        context = {
            "subject": mail.subject,
            "sb_company": getattr(settings, "STANDARDBEARER", {}).get("COMPANY_NAME", ""),
            "person": person,
            "notices": said,
            "daily": mail.slot == DAILY,
            "action_url": absolute_url(said[0].action_path),
            "action_label": said[0].action_label or _("Open my training"),
            "why": said[0].why,
        }
        mail.text = render_to_string("standardbearer/lms/mail/notices.txt", context)
        mail.html = render_to_string("standardbearer/lms/mail/notices.html", context)
    mail.address = person.email
    mail.state = Mail.State.CLOSED
    mail.save(update_fields=["subject", "text", "html", "address", "state"])
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        state=Notice.State.IN_MAIL, mail=mail, settled_at=now
    )


def subject_line(said: Sequence[NoticeText]) -> str:
    """Return a mail's subject: what it says, or how many things."""
    if len(said) == 1:
        return said[0].title[:200]
    return ngettext(
        "%(first)s, and %(count)d more", "%(first)s, and %(count)d more", len(said) - 1
    ) % {"first": said[0].title[:150], "count": len(said) - 1}


def absolute_url(path: str) -> str:
    """Return a link that works from a mail."""
    base = str(getattr(settings, "WAGTAILADMIN_BASE_URL", "")).rstrip("/")
    return f"{base}{path or '/'}"
