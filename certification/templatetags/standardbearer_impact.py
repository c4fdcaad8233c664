"""Words for the people that a preview names."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from certification.reports.reads.words import last_day, short_day
from certification.rulemaking.rules.impact import Example

register = template.Library()


@register.simple_tag
def impact_example(example: Example) -> str:
    """Return one person's change: "Amara Nwosu: held until 2 May 2027 → 2 May 2028 (…)"."""
    words = {
        "gains": _("%(name)s: gains"),
        "loses": _("%(name)s: loses"),
        "moves": _("%(name)s: %(what)s"),
    }[example.kind] % {"name": example.name, "what": word_shift(example)}
    if example.if_moved:
        words = _("%(words)s, if moved") % {"words": words}
    return f"{words} ({example.why})" if example.why else words


def word_shift(example: Example) -> str:
    """Return the day before and after, as last days."""
    texts = {
        "due": _("due %(before)s → %(after)s"),
        "expiry": _("next held until %(before)s → %(after)s"),
    }
    text = texts.get(example.what, "%(before)s → %(after)s")
    ends = example.what == "expiry"
    before = word_day(example.before, ends=ends)
    return text % {"before": before, "after": word_day(example.after, ends=ends)}


def word_day(day: date | None, *, ends: bool) -> str:
    """Return a day; of what ends, the last day on which it holds."""
    if day is None:
        return _("never")
    return short_day(last_day(day) if ends else day)
