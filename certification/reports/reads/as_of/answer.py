"""Answer who was certified on a day: from the people of the place, through their timelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from certification.awards.models import Award
from certification.awards.reads import (
    Case,
    Rulebook,
    award_numbers,
    derive_as_known,
    derive_timeline,
    load_cases,
    load_rulebook,
)
from certification.catalogue.models import Certification
from certification.reports.reads.as_of.differences import Later, load_later
from certification.reports.reads.as_of.question import Answer, AnswerRow, Question, Total
from certification.reports.reads.holders import find_holders, narrow_to_place
from certification.reports.rules import add_up, counts_of
from certification.standing.rules import TALLY_FIELDS, share_of
from lms.api import Employee, Posting

AT_ONCE: Final = 1_000
"""So many people are added up while somebody waits; of more, holders are listed by page."""
PAGE_SIZE: Final = 50
BATCH: Final = 500
ORDER: Sequence[str] = ["branch_then", "family_name", "given_name", "employee_number"]
T = TypeVar("T")


def answer_question(
    *, question: Question, people: QuerySet[Employee], after: tuple[str, str] | None = None
) -> Answer:
    """Return who among ``people`` held what, who was asked and did not, and what is known since.

    The number of queries grows by 500 people; the cost with the place asked about, never with the
    company: of more than a thousand people only a page of the holders is read, behind ``after``.
    """
    there = read_people_at(question, people, AT_ONCE + 1)
    if len(there) > AT_ONCE:
        return answer_by_page(question, people, after)
    known = {person.pk for person in there}
    joined = [p for p in read_people_since(question, people) if p.pk not in known]
    reader = Reader(question)
    rows = list(reader.read(there))
    held = tuple(row for row in rows if row.is_held)
    then = {(row.uuid, row.certification.pk) for row in rows}
    fresh = reader.read_today(joined) if joined else iter(())
    return Answer(
        question=question,
        held=held,
        missing=tuple(row for row in rows if row.required == "required" and not row.is_held),
        later=tuple(row for row in fresh if (row.uuid, row.certification.pk) not in then),
        totals=tuple(add_total(certification, rows) for certification in question.certifications),
        people=len(there),
    )


def answer_by_page(
    question: Question, people: QuerySet[Employee], after: tuple[str, str] | None
) -> Answer:
    """Return a page of the holders of the first certification, by branch and number."""
    found = find_holders(
        certification=question.certifications[0],
        on=question.on,
        people=people,
        known_at=question.seen_at,
        branch=question.branch,
        region=question.region,
        after=after,
        most=PAGE_SIZE + 1,
        batch=4 * PAGE_SIZE,
    )
    page = list(found)
    numbers = [holder.employee_number for holder in page[:PAGE_SIZE]]
    there = list(place_people(question, people.filter(employee_number__in=numbers)))
    there.sort(key=lambda person: numbers.index(person.employee_number))
    rows = Reader(question).read(there)
    first = question.certifications[0]
    following = None
    if len(page) > PAGE_SIZE:
        following = (page[PAGE_SIZE - 1].branch_code, page[PAGE_SIZE - 1].employee_number)
    return Answer(
        question=question,
        held=tuple(row for row in rows if row.certification == first and row.is_held),
        is_whole=False,
        following=following,
    )


def read_people_at(question: Question, people: QuerySet[Employee], most: int) -> list[Employee]:
    """Return at most so many people whose main posting was at the place, as known. One query."""
    rows = place_people(question, people)
    return list(rows.order_by(*ORDER)[:most])


def read_people_since(question: Question, people: QuerySet[Employee]) -> list[Employee]:
    """Return who was at the place by what is known today; nobody is new where that was asked."""
    if question.is_present or (question.branch is None and question.region is None):
        return []
    rows = narrow_to_place(people, question.on, None, question.branch, question.region)
    rows = add_names(rows, question, None)
    return list(rows.order_by(*ORDER)[:AT_ONCE])


def place_people(question: Question, people: QuerySet[Employee]) -> QuerySet[Employee]:
    """Narrow people to the place on the day, with the branch then and as known today."""
    rows = narrow_to_place(people, question.on, question.seen_at, question.branch, question.region)
    return add_names(rows, question, question.seen_at)


def add_names(people: QuerySet[Employee], question: Question, seen_at: Any) -> QuerySet[Employee]:
    """Add the branch's name then, and its code as known today."""

    def of_branch(known_at: Any, field: str) -> Subquery:
        posted = Posting.objects.primary().on(question.on, known_at)
        return Subquery(posted.filter(employee=OuterRef("pk")).values(f"branch__{field}")[:1])

    return people.select_related("home_branch").annotate(
        branch_name_then=of_branch(seen_at, "name"),
        branch_today=of_branch(None, "code"),
    )


def add_total(certification: Certification, rows: Iterable[AnswerRow]) -> Total:
    """Return the numbers of one certification, as a cell of the matrix has them."""
    mine = [row for row in rows if row.certification.pk == certification.pk]
    shares = [
        share_of(
            branch_id=None,
            certification_id=certification.pk,
            required=row.required,
            standing=row.standing,
            badge=row.badge,
            task="none",
            counted=row.is_counted,
            compliant=row.is_compliant,
            is_new=row.is_new,
        )
        for row in mine
    ]
    counts = add_up(
        counts_of(dict(zip(TALLY_FIELDS, share.values, strict=True))) for share in shares
    )
    return Total(certification, counts, sum(row.is_held for row in mine))


def split(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield pieces of at most ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


class Reader:
    """Reads how the certifications of a question stood for people, batch by batch."""

    def __init__(self, question: Question) -> None:
        self.question = question
        ids = [certification.pk for certification in question.certifications]
        self.rulebook: Rulebook = load_rulebook(ids)
        self.certifications = [
            row for row in question.certifications if self.rulebook.versions.get(row.pk)
        ]
        self.ids = [row.pk for row in self.certifications]

    def load(self, people: Sequence[Employee]) -> Iterator[tuple[Employee, Case]]:
        """Yield people with their cases, by person, then by certification."""
        for batch in split(people, BATCH):
            cases = load_cases(batch, self.ids)
            for person in batch:
                for pk in self.ids:
                    if (person.pk, pk) in cases:
                        yield person, cases[person.pk, pk]

    def read(self, people: Sequence[Employee]) -> Iterator[AnswerRow]:
        """Yield how it stood, as known at the moment asked about, and what changed since."""
        loaded = list(self.load(people))
        differing = [(person, case) for person, case in loaded if self.has_changed(person, case)]
        later = load_later({person.pk for person, _case in differing}, self.question)
        changed = {case.pair for _person, case in differing}
        for person, case in loaded:
            row_later = later if case.pair in changed else None
            yield self.build(person, case, self.question.seen_at, row_later)

    def read_today(self, people: Sequence[Employee]) -> Iterator[AnswerRow]:
        """Yield, by what is known today, who held it and was not known to be there."""
        loaded = list(self.load(people))
        later = load_later({person.pk for person in people}, self.question)
        for person, case in loaded:
            row = self.build(person, case, None, later)
            if row.is_held:
                yield row

    def has_changed(self, person: Any, case: Case) -> bool:
        """Return whether today's knowledge of that day differs from what was known."""
        question = self.question
        if question.is_present:
            return False
        before = derive_as_known(case, self.rulebook, question.known_at)
        then = before.at(question.on, question.known_at)
        now = derive_timeline(case, self.rulebook).at(question.on)
        if person.branch_then != (person.branch_today or ""):
            return True
        fields = ("standing", "required", "valid_from", "valid_until", "is_new", "compliant")
        return any(getattr(then, name) != getattr(now, name) for name in fields)

    def build(self, person: Any, case: Case, known_at: Any, later: Later | None) -> AnswerRow:
        """Return one row. No queries."""
        question, line = self.question, derive_as_known(case, self.rulebook, known_at)
        status = line.at(question.on, known_at)
        award = find_award(case, line.award_on(question.on, known_at))
        return AnswerRow(
            uuid=person.uuid,
            employee_number=person.employee_number,
            name=person.full_name,
            branch_code=person.branch_then,
            branch=f"{person.branch_then} {person.branch_name_then or ''}".strip(),
            certification=self.rulebook.certifications[case.certification_id],
            standing=status.standing,
            badge=status.badge,
            required=status.required,
            is_counted=status.counted,
            is_compliant=status.compliant,
            is_new=status.is_new,
            valid_from=status.valid_from,
            valid_until=status.valid_until,
            reasons=tuple(status.reasons),
            basis=str(award.get_basis_display()) if award else "",
            award_id=award.pk if award else None,
            award_uuid=award.uuid if award else None,
            changes=later.of(person.pk, case, self.rulebook) if later else (),
        )


def find_award(case: Case, number: int | None) -> Award | None:
    """Return the award that ``timeline`` knows by a number; None for none."""
    if number is None:
        return None
    if len(case.awards) == 1:
        return case.awards[0]
    numbers = award_numbers(case)
    return next((row for row in case.awards if numbers[row.uuid] == number), None)
