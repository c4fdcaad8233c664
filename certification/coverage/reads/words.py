"""How coverage reads, for pages and dashboard alike."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from certification.coverage.models import BranchCoverage
from certification.coverage.reads.forecasts import BranchForecast

LEVEL_NAMES = {
    "below": gettext_lazy("too few today"),
    "drops": gettext_lazy("too few within 90 days"),
    "tight": gettext_lazy("nobody to spare"),
    "enough": pgettext_lazy("coverage", "enough"),
}
LEVEL_TONES = {"below": "bad", "drops": "warn", "tight": "warn", "enough": "ok"}


def level_words(level: str) -> str:
    """Return what a level means."""
    return str(LEVEL_NAMES[level])


def level_of(row: BranchCoverage) -> str:
    """Return the level of a stored forecast."""
    if row.now < row.at_least:
        return "below"
    if row.below_on is not None:
        return "drops"
    return "tight" if row.now == row.at_least else "enough"


def coverage_words(row: BranchCoverage) -> str:
    """Return what lies ahead of a branch, in one sentence."""
    level = level_of(row)
    if level == "below" and row.below_on is not None and row.below_on < row.derived_on:
        return _("Too few since %(day)s.") % {"day": show_day(row.below_on)}
    if level == "drops" and row.below_on is not None:
        return _("Enough until one more lapses on %(day)s.") % {"day": show_day(row.below_on)}
    if level == "tight":
        return _("Nobody to spare: one lapse is one too many.")
    return _("Too few today.") if level == "below" else _("Enough for the next 90 days.")


def forecast_words(row: BranchForecast) -> str:
    """Return how a branch stands against its rule, with who would bring it below."""
    cast = row.forecast
    if cast.level == "below":
        missing = cast.at_least - cast.now
        return ngettext(
            "Branch %(code)s lacks %(missing)d certified person.",
            "Branch %(code)s lacks %(missing)d certified people.",
            missing,
        ) % {"code": row.branch.code, "missing": missing}
    if cast.level == "drops" and cast.below_on is not None:
        words = {
            "names": ", ".join(person.full_name for person in row.breaking_people),
            "day": show_day(cast.below_on),
            "code": row.branch.code,
            "least": cast.at_least,
        }
        return _("If %(names)s stops on %(day)s, branch %(code)s drops below %(least)d.") % words
    if cast.level == "tight":
        return _("Branch %(code)s has nobody to spare.") % {"code": row.branch.code}
    spare = cast.now - cast.at_least
    return ngettext(
        "Branch %(code)s has %(spare)d person to spare.",
        "Branch %(code)s has %(spare)d people to spare.",
        spare,
    ) % {"code": row.branch.code, "spare": spare}


def show_day(day: object) -> str:
    """Return a day as the active language writes it."""
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]
