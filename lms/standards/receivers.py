"""Wagtail says that something was published: a standard that is live gets its version."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Revision
from wagtail.signals import published

from lms.errors import LmsError
from lms.standards.actions import make_version
from lms.standards.models import Standard

logger = logging.getLogger(__name__)


@receiver(published, sender=Standard, dispatch_uid="standardbearer_make_version")
def make_version_of_published(
    *, instance: Standard, revision: Revision | None = None, **_kwargs: Any
) -> None:
    """Freeze what went live. Never raises on what the domain or the database refuses.

    ``published`` does not mean live: a publication in the future fires it twice. What could not
    be frozen here is made up for by ``make_missing_versions``.
    """
    if not instance.live:
        return
    actor = getattr(revision, "publishing_user", None)
    try:
        make_version(standard=instance, revision=revision, actor=actor, now=timezone.now())
    except (LmsError, DatabaseError):
        logger.exception("No version was made of %s; advance will make it", instance.code)
