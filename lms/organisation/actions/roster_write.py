"""Write the changes of a roster file, set by set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from lms.organisation.actions.homes import IDS_PER_STATEMENT, derive_homes, split_ids
from lms.organisation.actions.imports import BATCH
from lms.organisation.actions.logins import create_logins
from lms.organisation.actions.roster_state import RosterState
from lms.organisation.models import Employee, Posting, PostingEnd
from lms.organisation.rules.roster_plan import Change, ChangeKind, Span, replan_postings
from lms.organisation.rules.tables import fold

PERSON_FIELDS = ("given_name", "family_name", "email", "manager", "hired_on", "left_on", "locale")


def write_changes(
    changes: Sequence[Change],
    state: RosterState,
    columns: Collection[str],
    today: date,
    now: datetime,
    *,
    actor_id: int | None,
    invite: bool,
) -> list[int]:
    """Write people, logins and postings; return the ids of everybody who was touched."""
    changes = [change for change in changes if change.kind is not ChangeKind.UNCHANGED]
    if not changes:
        return []
    ids = {key: person.pk for key, person in state.people.items()}
    known = [change.state.pk for change in changes if change.state is not None]
    people = load_employees(known)
    free_addresses(changes, people, columns)
    joiners = insert_joiners([c for c in changes if c.state is None], invite=invite)
    ids.update({key: person.pk for key, person in joiners.items()})
    update_people(changes, people, joiners, ids, columns)
    moved = [change for change in changes if change.touches_postings]
    write_postings(moved, ids, today, now, actor_id)
    derive_homes(employee_ids=[id_of(change, ids) for change in moved], today=today)
    return sorted(id_of(change, ids) for change in changes)


def id_of(change: Change, ids: Mapping[str, int]) -> int:
    """Return the id of the person of a change, once joiners are in."""
    if change.state is not None:
        return change.state.pk
    assert change.row is not None
    return ids[change.row.key]


def load_employees(ids: Sequence[int]) -> dict[int, Employee]:
    """Return people by id. One query per 500."""
    people: dict[int, Employee] = {}
    for piece in split_ids(sorted(ids), IDS_PER_STATEMENT):
        people.update({person.pk: person for person in Employee.objects.filter(pk__in=piece)})
    return people


def free_addresses(
    changes: Iterable[Change], people: Mapping[int, Employee], columns: Collection[str]
) -> None:
    """Empty the addresses that change, so that two people can swap theirs; their logins follow."""
    if "email" not in columns:
        return
    new = {
        change.state.pk: change.row.email
        for change in changes
        if change.state is not None
        and change.row is not None
        and change.row.email != change.state.email
    }
    for ids in split_ids(sorted(new), IDS_PER_STATEMENT):
        Employee.objects.filter(pk__in=ids).exclude(email="").update(email="")
    logins = {people[pk].user_id: (people[pk].email, email) for pk, email in new.items()}
    follow_addresses({pk: pair for pk, pair in logins.items() if pk is not None})


def follow_addresses(pairs: Mapping[int, tuple[str, str]]) -> None:
    """Give logins the new address where they had the old one: a reset must not go to the old."""
    model = get_user_model()
    field = model.get_email_field_name()
    for ids in split_ids(sorted(pairs), IDS_PER_STATEMENT):
        changed = []
        for user in model._default_manager.filter(pk__in=ids):  # noqa: SLF001
            old, new = pairs[user.pk]
            if new and getattr(user, field, "").casefold() == old.casefold():
                setattr(user, field, new)
                changed.append(user)
        model._default_manager.bulk_update(changed, [field], batch_size=BATCH)  # noqa: SLF001


def insert_joiners(changes: Sequence[Change], *, invite: bool) -> dict[str, Employee]:
    """Insert new people, with logins for those who have an address; return them by key."""
    joiners: dict[str, Employee] = {}
    for change in changes:
        row = change.row
        assert row is not None
        joiners[row.key] = Employee(
            employee_number=row.employee_number,
            given_name=row.given_name,
            family_name=row.family_name,
            email=row.email,
            hired_on=change.hired_on,
            left_on=change.left_on,
            locale=row.locale or "en",
        )
    if invite:
        reachable = [person for person in joiners.values() if person.email and not person.left_on]
        for start in range(0, len(reachable), BATCH):
            create_logins(employees=reachable[start : start + BATCH])
    Employee.objects.bulk_create(joiners.values(), batch_size=BATCH)
    return joiners


def update_people(
    changes: Iterable[Change],
    people: Mapping[int, Employee],
    joiners: Mapping[str, Employee],
    ids: Mapping[str, int],
    columns: Collection[str],
) -> None:
    """Write what changed about people themselves, and joiners' managers, in one go."""
    written: list[Employee] = []
    for change in changes:
        row = change.row
        if change.state is None:
            assert row is not None
            person = joiners[row.key]
            if not row.manager_number:
                continue
        else:
            person = people[change.state.pk]
            person.hired_on, person.left_on = change.hired_on, change.left_on
        if row is not None:
            person.given_name, person.family_name = row.given_name, row.family_name
            person.locale = row.locale or person.locale
            if "email" in columns:
                person.email = row.email
            if "manager_number" in columns:
                person.manager_id = ids.get(fold(row.manager_number))
        written.append(person)
    # An upsert on the key is one statement per batch; updating by CASE grows with its square.
    Employee.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(PERSON_FIELDS),
        batch_size=BATCH,
    )


def write_postings(
    changes: Sequence[Change],
    ids: Mapping[str, int],
    today: date,
    now: datetime,
    actor_id: int | None,
) -> None:
    """Take back, shorten, lengthen and insert postings, in this order: none overlaps meanwhile.

    A posting that begins on another day than was recorded is taken back and written anew.
    """
    known = [change.state.pk for change in changes if change.state is not None]
    postings = load_postings(known)
    dropped: list[Posting] = []
    moved: list[Posting] = []
    new: list[Posting] = []
    for change in changes:
        employee_id = id_of(change, ids)
        before = postings.get(employee_id, {})
        after = replan_postings([to_span(p) for p in before.values()], change, today)
        kept = {span.pk: span for span in after if span.pk is not None}
        dropped += [p for pk, p in before.items() if is_dropped(p, kept.get(pk))]
        for span in after:
            posting = before[span.pk] if span.pk is not None else None
            if posting is None or posting.from_on != span.from_on:
                new.append(to_posting(span, employee_id, now))
            elif posting.until_on != span.until_on:
                posting.until_on = span.until_on
                moved.append(posting)
    for posting in dropped:
        posting.until_on = posting.from_on
    for part in (dropped, moved):
        Posting.objects.bulk_update(part, ["until_on"], batch_size=IDS_PER_STATEMENT)
    Posting.objects.bulk_create(new, batch_size=BATCH)
    ended = [*dropped, *moved, *(posting for posting in new if posting.until_on is not None)]
    PostingEnd.objects.bulk_create(
        [to_end(posting, now, actor_id) for posting in ended], batch_size=BATCH
    )


def is_dropped(posting: Posting, span: Span | None) -> bool:
    """Return whether a posting never was: it is planned no more, or begins on another day."""
    return span is None or span.from_on != posting.from_on


def to_end(posting: Posting, now: datetime, actor_id: int | None) -> PostingEnd:
    """Return the end that a posting now has as a fact."""
    return PostingEnd(
        posting=posting,
        until_on=posting.until_on,
        reason=_("By the roster."),
        ended_by_id=actor_id,
        recorded_at=now,
    )


def load_postings(employee_ids: Sequence[int]) -> dict[int, dict[int, Posting]]:
    """Return the postings of people: by person, then by id. One query per 500 people."""
    postings: dict[int, dict[int, Posting]] = {}
    for piece in split_ids(sorted(employee_ids), IDS_PER_STATEMENT):
        rows = Posting.objects.real().filter(employee_id__in=piece)
        for posting in rows.order_by("from_on", "pk"):
            postings.setdefault(posting.employee_id, {})[posting.pk] = posting
    return postings


def to_span(posting: Posting) -> Span:
    """Return a posting as the rules see it."""
    return Span(
        pk=posting.pk,
        place=(posting.branch_id, posting.job_role_id),
        from_on=posting.from_on,
        until_on=posting.until_on,
        primary=posting.kind == Posting.Kind.PRIMARY,
    )


def to_posting(span: Span, employee_id: int, now: datetime) -> Posting:
    """Return a new posting of a person."""
    return Posting(
        employee_id=employee_id,
        branch_id=span.place[0],
        job_role_id=span.place[1],
        from_on=span.from_on,
        until_on=span.until_on,
        recorded_at=now,
    )
