"""Who reads messages in the admin, and who sends one again: the policy table, by home branch."""

from __future__ import annotations

from django.db.models import Model

from lms.messages.models import Mail, Notice
from lms.organisation.permissions.policies import PlacePermissionPolicy, below

MESSAGE = "message"
READ = {"view": "read"}
POLICIES: tuple[tuple[type[Model], PlacePermissionPolicy], ...] = (
    (Mail, PlacePermissionPolicy(Mail, MESSAGE, READ, below("recipient__home_branch__"))),
    (Notice, PlacePermissionPolicy(Notice, MESSAGE, READ, below("recipient__home_branch__"))),
)
