"""From a draft that went live to a version that never changes."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from lms import registry
from lms.errors import LmsError
from lms.ledger.actions import record_event
from lms.standards.models import Standard, StandardVersion
from lms.standards.reads import build_body
from lms.standards.rules import digest_body, plan_review

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

logger = logging.getLogger(__name__)


def find_publish_problems(standard: Standard) -> dict[str, str]:
    """Return what an author must still answer before a draft can go live, by field.

    The first version needs no answer: there is nothing that it could have changed.
    """
    if not standard.pk or not standard.versions.exists():
        return {}
    problems = {}
    if standard.change not in Standard.Change.values:
        problems["change"] = _("Say whether people must do something differently.")
    if not standard.change_note.strip():
        problems["change_note"] = _("Say in one line what changed.")
    return problems


def make_version(
    *,
    standard: Standard,
    revision: Revision | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> StandardVersion | None:
    """Freeze what a live standard says; return None when it says nothing new.

    Nothing is made of a standard that is not live (a publication in the future announces itself
    early) or whose text equals its newest version (published twice, or nothing was changed).
    Version and material number count from 1; the day is that of the site's time zone.
    """
    if not standard.live:
        return None
    with transaction.atomic():
        published_at = standard.last_published_at or now
        version = freeze_standard(
            standard=standard, revision=revision, actor=actor, now=published_at
        )
        _forget_answers(standard, revision, _local_day(now))
    return version


@transaction.atomic
def freeze_standard(
    *,
    standard: Standard,
    revision: Revision | None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> StandardVersion | None:
    """Freeze what a standard says as published at ``now``; None when it says nothing new.

    Whoever calls this before the publication decides the moment: the receiver of the publication
    then finds the version made.
    """
    Standard.objects.select_for_update().filter(pk=standard.pk).first()
    previous = standard.versions.order_by("-number").first()
    body = build_body(standard)
    digest = digest_body(body)
    if previous is not None and previous.digest == digest:
        return None
    version = StandardVersion.objects.create(
        standard=standard,
        body=body,
        digest=digest,
        revision_id=_claim_revision(standard, revision),
        impact=_keep_figures(combine_impacts(standard)),
        published_at=now,
        published_by_id=actor.pk if actor else None,
        effective_on=_local_day(now),
        **_number_version(standard, previous),
    )
    payload = {
        "standard": str(standard.uuid),
        "version": str(version.uuid),
        "change": version.change,
    }
    record_event(kind="standard_published", payload=payload, now=now)
    return version


def make_missing_versions(*, now: datetime) -> int:
    """Make the versions that a killed process or a failed receiver left out; return how many.

    Looks at live standards of whose live revision no version was made. One that cannot be
    frozen is logged and left for the next run; the others go on.
    """
    made = StandardVersion.objects.filter(
        standard_id=OuterRef("pk"), revision_id=OuterRef("live_revision_id")
    )
    count = 0
    for standard in Standard.objects.in_force().filter(~Exists(made)).order_by("pk"):
        try:
            version = make_version(
                standard=standard, revision=standard.live_revision, actor=None, now=now
            )
        except (LmsError, DatabaseError):
            logger.exception("No version could be made of %s", standard.code)
        else:
            count += version is not None
    return count


def combine_impacts(standard: Standard) -> dict[str, Any]:
    """Return whom a material change would reach: people, learners, branches, names, warnings.

    Empty when nobody can tell or nothing covers the standard. A provider that fails must not keep
    a standard from going live: its figure is missing, and the log says so.
    """
    impacts = []
    for ask in registry.standard_impacts:
        try:
            impacts.append(ask(standard))
        except Exception:
            logger.exception("The impact of %s is not known", standard.code)
    names = sorted({name for impact in impacts for name in impact.certifications})
    people = max((impact.people for impact in impacts), default=0)
    learners = max((impact.learners for impact in impacts), default=0)
    if not names and not people and not learners:
        return {}
    return {
        "people": people,
        "learners": learners,
        "branches": max(impact.branches for impact in impacts),
        "certifications": names,
        "warnings": [words for impact in impacts for words in impact.warnings],
    }


def _keep_figures(impact: dict[str, Any]) -> dict[str, Any]:
    """Return an impact without what was only said to the author."""
    return {name: value for name, value in impact.items() if name != "warnings"}


def _number_version(standard: Standard, previous: StandardVersion | None) -> dict[str, Any]:
    if previous is None:
        return {"number": 1, "material_number": 1, "change": Standard.Change.MATERIAL}
    change = standard.change
    if not change:
        # Published past our form. Nobody is sent to learn again because a program forgot to say.
        logger.warning("%s went live without saying what kind of change it is", standard.code)
        change = Standard.Change.EDITORIAL
    return {
        "number": previous.number + 1,
        "material_number": previous.material_number + (change == Standard.Change.MATERIAL),
        "change": change,
        "change_note": standard.change_note.strip(),
    }


def _claim_revision(standard: Standard, revision: Revision | None) -> int | None:
    """Return the revision's id, or None when an older version was already made of it.

    That happens when an old revision is published again, or was overwritten by an autosave.
    """
    if revision is None or standard.versions.filter(revision_id=revision.pk).exists():
        return None
    return int(revision.pk)


def _forget_answers(standard: Standard, revision: Revision | None, today: Any) -> None:
    """Empty the draft fields about this change, also where newer drafts carried them along."""
    answers = (standard.change, standard.change_note)
    standard.change = standard.change_note = ""
    if standard.next_review_on is None:
        standard.next_review_on = plan_review(today, standard.review_months)
    Standard.objects.filter(pk=standard.pk).update(
        change="", change_note="", next_review_on=standard.next_review_on
    )
    if revision is None or not any(answers):
        return
    carried = Revision.objects.for_instance(standard).filter(created_at__gte=revision.created_at)
    for draft in carried:
        if (draft.content.get("change"), draft.content.get("change_note")) == answers:
            draft.content.update(change="", change_note="")
            Revision.objects.filter(pk=draft.pk).update(content=draft.content)


def _local_day(instant: datetime) -> Any:
    return timezone.localdate(instant, timezone.get_default_timezone())
