"""The rule of a certification as sentences that a person can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certification.catalogue.models import Certification, CertificationVersion, Requirement
from certification.policy.rules.intervals import is_empty, parse_interval
from certification.policy.rules.policy import Policy, parse_policy


@dataclass(frozen=True)
class VersionText:
    """A version in words: what must be done and how its dates run."""

    version: CertificationVersion
    requirements: tuple[str, ...]
    sentences: tuple[str, ...]


def describe_certification(certification: Certification) -> list[VersionText]:
    """Return the versions of a certification in words, the newest first. Two queries."""
    versions = certification.versions.select_related("recorded_by").order_by("-number")
    return [
        VersionText(
            version,
            tuple(describe_requirements(list(version.requirements.all()))),
            tuple(describe_rule(version)),
        )
        for version in versions.prefetch_related("requirements")
    ]


def describe_rule(version: CertificationVersion) -> Iterator[str]:
    """Return how the dates of a version run and what a changed standard does, saved or not.

    Raises: PolicyError naming the field when its policy cannot work.
    """
    policy = parse_policy(version.policy)
    yield from describe_policy(policy)
    yield describe_change(version, policy)


def describe_requirements(rows: list[Requirement]) -> Iterator[str]:
    """Return a line for each requirement; alternatives of a group share one."""
    groups: dict[str, list[Requirement]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(row.group or f"#{number}", []).append(row)
    for group, members in groups.items():
        if group.startswith("#"):
            yield describe_requirement(members[0])
            continue
        yield _("%(number)d of: %(choices)s") % {
            "number": members[0].group_needs,
            "choices": "; ".join(describe_requirement(row) for row in members),
        }


def describe_requirement(row: Requirement) -> str:
    """Return one requirement in words, with the version and path it is limited to."""
    text = f"{row.get_kind_display().capitalize()}: {row.label}"
    if row.lowest_material_number > 1:
        text += _(" (version %(number)d or later)") % {"number": row.lowest_material_number}
    if row.path != Requirement.Path.BOTH:
        text += _(" – only %(path)s") % {"path": row.get_path_display()}
    return text


def length_words(interval: str) -> str:
    """Return an ISO interval in words: P1Y6M is "1 year 6 months"."""
    length = parse_interval(interval)
    years, months = divmod(length.months, 12)
    weeks, days = divmod(length.days, 7) if length.days % 7 == 0 else (0, length.days)
    parts = [
        ngettext("%(n)d year", "%(n)d years", years) % {"n": years} if years else "",
        ngettext("%(n)d month", "%(n)d months", months) % {"n": months} if months else "",
        ngettext("%(n)d week", "%(n)d weeks", weeks) % {"n": weeks} if weeks else "",
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
    ]
    return " ".join(part for part in parts if part) or _("0 days")


def describe_policy(policy: Policy) -> Iterator[str]:
    """Return how the dates run, one sentence each."""
    yield describe_length(policy)
    yield from describe_window(policy)
    yield from describe_due(policy)
    yield from describe_lapse(policy)
    if policy.look_back:
        yield _("Work done up to %(length)s before counts too.") % {
            "length": length_words(policy.look_back)
        }
    if policy.zone != "branch":
        yield _("Days are those of %(zone)s everywhere.") % {"zone": policy.zone}


def describe_length(policy: Policy) -> str:
    """Return how long an award holds and where the next one counts from."""
    if policy.active is None:
        return _("Once earned, it never lapses.")
    length = {"length": length_words(policy.active)}
    if policy.method == "anniversary":
        return _("It holds for %(length)s; who renews on time keeps the same day.") % length
    if policy.method == "calendar":
        least = length_words(policy.min_active or "P0D")
        if policy.calendar_day:
            named = {"day": day_words(policy.calendar_day), "least": least}
            return _("It holds until %(day)s, the first one after at least %(least)s.") % named
        return _("It holds in steps of %(length)s, for at least %(least)s.") % (
            length | {"least": least}
        )
    return _("It holds for %(length)s, counted from the day it is completed.") % length


def day_words(calendar_day: str) -> str:
    """Return a day of every year as people say it: 03-31 is "March 31"."""
    month, day = calendar_day.split("-")
    return date_format(date(2023, int(month), int(day)), "MONTH_DAY_FORMAT")


def describe_window(policy: Policy) -> Iterator[str]:
    """Tell when a renewal is on time."""
    if policy.tolerance:
        yield _("A renewal is on time from %(length)s before the last day to %(length)s after.") % {
            "length": length_words(policy.tolerance)
        }
    elif policy.window:
        yield _("The renewal opens %(length)s before the last day.") % {
            "length": length_words(policy.window)
        }
        early = {
            "extend": _("Who renews before that loses no days."),
            "keep": _("Who renews before that keeps the same last day."),
            "restart": _("Who renews before that starts anew from that day."),
        }
        yield early[policy.before_window]
    elif policy.active is not None:
        yield _("It can be renewed on any day; the renewal is asked for once it has run out.")


def describe_due(policy: Policy) -> Iterator[str]:
    """Tell by when it is to be done."""
    if policy.due:
        yield _("It is due %(length)s after it was assigned.") % {
            "length": length_words(policy.due)
        }
    else:
        yield _("It has no due day of its own; whoever assigns it may set one.")
    if policy.closes:
        yield _("It closes %(length)s after the due day; late work still counts.") % {
            "length": length_words(policy.closes)
        }
    soon = {"length": length_words(policy.due_soon)}
    if is_empty(policy.due_soon):
        yield _("It is never shown as due soon.")
    else:
        yield _("It is shown as due soon from %(length)s before the due day.") % soon


def describe_lapse(policy: Policy) -> Iterator[str]:
    """Tell what happens after it has run out."""
    if policy.grace:
        counts = _("people count as certified") if policy.counts_grace else _("people do not count")
        yield _("After the last day there is a grace of %(length)s, in which %(counts)s.") % {
            "length": length_words(policy.grace),
            "counts": counts,
        }
    if policy.late == "full":
        yield _("Who is late takes the full path again.")
    elif policy.late == "full_if_lapsed_over" and policy.lapsed_over:
        yield _("Who lapsed more than %(length)s ago takes the full path again.") % {
            "length": length_words(policy.lapsed_over)
        }
    elif policy.active is not None:
        yield _("Who is late takes the renewal path all the same.")


def describe_change(version: CertificationVersion, policy: Policy) -> str:
    """Tell what holders do when a standard changes in what they must do."""
    named: dict[str, object] = {"number": version.delta_questions}
    if version.delta_lapses_at_once:
        return (
            _(
                "When a standard it covers changes in substance, it stops holding at once, until "
                "the changed lessons and up to %(number)d questions are done."
            )
            % named
        )
    if not policy.due:
        return (
            _(
                "When a standard it covers changes in substance, holders do the changed lessons "
                "and up to %(number)d questions, and stay certified."
            )
            % named
        )
    return _(
        "When a standard it covers changes in substance, holders do the changed lessons and up to "
        "%(number)d questions within %(length)s, and stay certified until then."
    ) % (named | {"length": length_words(policy.due)})
