"""Standards for tests, published through Wagtail's own road."""

from __future__ import annotations

from lms.standards.models import Standard, StandardCategory

PHONE_MEASURE = {
    "type": "count",
    "subject": "phone answered",
    "comparison": "at_most",
    "target": "3",
    "unit": "rings",
    "channel": "phone",
}


def make_category(slug="communication", name="Communication"):
    return StandardCategory.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def draft_standard(code="PHONE-01", **fields) -> Standard:
    """Return a saved draft that has never been live."""
    defaults = {
        "title": "Answer the phone within three rings",
        "statement": "<p>Answer by the third ring.</p>",
        "category": make_category(),
        "channels": ["phone"],
        "measures": [("measure", PHONE_MEASURE)],
        "steps": [("line", "Pick up."), ("line", "Say your name.")],
    }
    standard = Standard(code=code, live=False, **{**defaults, **fields})
    standard.full_clean(exclude=["live"])
    standard.save()
    return standard


def revise(standard, *, user=None, change="", change_note="", **fields):
    """Return a new draft revision of a standard."""
    draft = Standard.objects.get(pk=standard.pk).get_latest_revision_as_object()
    for name, value in {**fields, "change": change, "change_note": change_note}.items():
        setattr(draft, name, value)
    return draft.save_revision(user=user)


def publish_standard(code="PHONE-01", *, user=None, **fields) -> Standard:
    """Return a live standard with its first version."""
    standard = draft_standard(code, **fields)
    standard.save_revision(user=user).publish()
    standard.refresh_from_db()
    return standard


def change_standard(standard, *, change="material", change_note="Two rings now", **fields):
    """Publish a change; return the standard as it is then."""
    revise(standard, change=change, change_note=change_note, **fields).publish()
    return Standard.objects.get(pk=standard.pk)
