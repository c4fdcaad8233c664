"""What the notice of a changed standard says, and whether it is still true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from certification.awards.models import Cycle, CycleDelta
from certification.reminders.reads import choose_action, show_day
from certification.standing.models import Standing
from lms.api import Notice, registry


class ChangeNotices:
    """Answers for notices whose subject is ``delta:`` with the uuids of person and change."""

    def check(self, notices: Sequence[Notice], now: datetime) -> dict[int, registry.NoticeVerdict]:
        """Return a verdict per notice id: true while the change is still to be caught up on."""
        del now
        links = load_links(notices)
        return {notice.pk: judge(links.get(notice.subject)) for notice in notices}

    def write(self, notices: Sequence[Notice]) -> dict[int, registry.NoticeText]:
        """Return the text per notice id, in the active language. Three queries."""
        links = load_links(notices)
        due = load_standings(links)
        return {
            notice.pk: word_change(link, due.get(pair_of(link)))
            for notice in notices
            if (link := links.get(notice.subject)) is not None
        }


def load_links(notices: Sequence[Notice]) -> dict[str, CycleDelta]:
    """Return the newest link of person and change by the notice's subject. Two queries."""
    parts = [notice.subject.split(":") for notice in notices]
    rows = (
        CycleDelta.objects.filter(
            delta__uuid__in={change for _name, _person, change in parts},
            cycle__employee__uuid__in={person for _name, person, _change in parts},
        )
        .select_related(
            "cycle__employee__user",
            "cycle__certification",
            "delta__standard_version__standard",
        )
        .prefetch_related("delta__needs")
    )
    return {f"delta:{row.cycle.employee.uuid}:{row.delta.uuid}": row for row in rows.order_by("pk")}


def pair_of(link: CycleDelta) -> tuple[int, int]:
    """Return whose and which certification a link is about."""
    return link.cycle.employee_id, link.cycle.certification_id


def load_standings(links: dict[str, CycleDelta]) -> dict[tuple[int, int], Standing]:
    """Return the standings of the people of these links. One query."""
    rows = Standing.objects.filter(
        employee_id__in={link.cycle.employee_id for link in links.values()},
        certification_id__in={link.cycle.certification_id for link in links.values()},
    )
    return {(row.employee_id, row.certification_id): row for row in rows}


def judge(link: CycleDelta | None) -> registry.NoticeVerdict:
    """Return whether a change is still to be caught up on, and if not, why."""
    if link is None:
        return registry.NoticeVerdict(still_true=False, reason="unknown")
    if link.cycle.state == Cycle.State.OPEN:
        return registry.NoticeVerdict(still_true=True)
    done = link.cycle.state == Cycle.State.COMPLETED
    return registry.NoticeVerdict(still_true=False, reason="done" if done else "not_required")


def word_change(link: CycleDelta, standing: Standing | None) -> registry.NoticeText:
    """Return what changed, what to do and by when, in the active language."""
    standard = link.delta.standard_version.standard
    due_on = standing.due_on if standing is not None else link.cycle.due_on
    words = {
        "standard": standard.title,
        "code": standard.code,
        "title": link.cycle.certification.title,
        "note": link.delta.change_note or standard.title,
        "due": show_day(due_on),
        "steps": ", ".join(f"“{need.label}”" for need in link.delta.needs.all()),
    }
    body = [_("%(code)s: %(note)s")]
    if link.delta.lapses_at_once:
        body.append(_("Your certification rests until you have learned what is new."))
    elif link.cycle.kind == Cycle.Kind.DELTA:
        body.append(_("You stay certified."))
    by_day = _("Please do this by %(due)s: %(steps)s.")
    body.append(by_day if due_on else _("Please do this: %(steps)s."))
    label, path = choose_action(link.cycle.employee)
    return registry.NoticeText(
        title=_("What changed: %(standard)s") % words,
        body=" ".join(body) % words,
        action_label=label,
        action_path=path,
        why=_("You get this mail because “%(title)s” covers this standard.") % words,
    )
