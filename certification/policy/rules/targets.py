"""Which award, assignment or leave a fact acts on when it does not say so.

The answer uses only what was recorded by the time of the fact itself, so a fact recorded later
never changes whom an earlier one meant.
"""

from operator import attrgetter

from certification.policy.rules.errors import ImpossibleDateError
from certification.policy.rules.facts import Fact

MAKES_AWARD = frozenset({"completed", "awarded"})
ENDS_LEAVE = {"returned": "absent", "exemption_ended": "exempted"}
"""What each kind of fact ends. Absences and exemptions are numbered apart."""
_FIELDS = {"returned": "absence", "exemption_ended": "exemption"}
_COUNTED_WITH = {kind: kind for kind in ("assigned", *ENDS_LEAVE.values())}
_COUNTED_WITH |= dict.fromkeys(MAKES_AWARD, "award")
"""The kinds that are numbered, and together with which."""
ACTS_ON_AWARD = frozenset({"revoked", "suspended", "reinstated", "voided", "extended"})


def number_facts(facts: list[Fact]) -> list[Fact]:
    """Number awards, assignments and leave from 1 in order of moment and find every target.

    Raises: ImpossibleDateError for a fact whose award, assignment or leave does not exist.
    """
    kinds = {fact.kind for fact in facts}
    facts = _count(facts)
    if kinds & ACTS_ON_AWARD:
        facts = _aim_at_awards(facts)
    for ending, leave in ENDS_LEAVE.items():
        if ending in kinds:
            facts = _aim_at_leave(facts, ending, leave)
    return _aim_at_assignments(facts) if "unassigned" in kinds else facts


def _count(facts: list[Fact]) -> list[Fact]:
    numbers: dict[str, int] = {}
    counted = []
    for fact in facts:
        group = _COUNTED_WITH.get(fact.kind)
        if group is not None:
            numbers[group] = number = numbers.get(group, 0) + 1
            fact = fact._replace(number=number)  # noqa: PLW2901
        counted.append(fact)
    return counted


def _aim_at_awards(facts: list[Fact]) -> list[Fact]:
    awards = [fact for fact in facts if fact.kind in MAKES_AWARD]
    aimed: dict[int, Fact] = {}
    voided: set[int] = set()
    acts = [fact for fact in facts if fact.kind in ACTS_ON_AWARD]
    for act in sorted(acts, key=attrgetter("recorded")):
        number = act.number or _last_award(act, awards, voided)
        if number > len(awards):
            raise ImpossibleDateError("award", f"there is no award {number}")
        if act.kind == "voided":
            voided.add(number)
        aimed[act.position] = act._replace(number=number)
    return [aimed.get(fact.position, fact) for fact in facts]


def _last_award(act: Fact, awards: list[Fact], voided: set[int]) -> int:
    begun = [fact for fact in awards if fact.day <= act.day and fact.number not in voided]
    known = [fact for fact in begun if fact.recorded <= act.recorded]
    if known:
        return known[-1].number or 0
    if begun:
        # A day-dated act that says nothing else is recorded at midnight. It then means the award
        # recorded soonest after, most often of that very day.
        return min(begun, key=attrgetter("recorded")).number or 0
    raise ImpossibleDateError("award", f"no award was made by {act.day} that could be {act.kind}")


def _aim_at_assignments(facts: list[Fact]) -> list[Fact]:
    assignments = [fact for fact in facts if fact.kind == "assigned"]
    aimed: dict[int, Fact] = {}
    ended: set[int] = set()
    ends = [fact for fact in facts if fact.kind == "unassigned"]
    for end in sorted(ends, key=attrgetter("recorded")):
        number = end.number or _earliest_open(end, assignments, ended)
        _check_end(end, number, assignments)
        ended.add(number)
        aimed[end.position] = end._replace(number=number)
    return [aimed.get(fact.position, fact) for fact in facts]


def _earliest_open(end: Fact, assignments: list[Fact], ended: set[int]) -> int:
    for fact in assignments:
        is_known = fact.day <= end.day and fact.recorded <= end.recorded
        if is_known and fact.number is not None and fact.number not in ended:
            return fact.number
    raise ImpossibleDateError("assignment", f"no assignment is open on {end.day}")


def _check_end(end: Fact, number: int, assignments: list[Fact]) -> None:
    if number > len(assignments):
        raise ImpossibleDateError("assignment", f"there is no assignment {number}")
    start = assignments[number - 1].day
    if end.day < start:
        raise ImpossibleDateError("on", f"it ends {end.day}, before the assignment on {start}")


def _aim_at_leave(facts: list[Fact], ending: str, leave: str) -> list[Fact]:
    leaves = [fact for fact in facts if fact.kind == leave]
    return [
        fact._replace(number=_leave_ended(fact, leaves)) if fact.kind == ending else fact
        for fact in facts
    ]


def _leave_ended(end: Fact, leaves: list[Fact]) -> int:
    number = end.number or _leave_on(end, leaves)
    if number > len(leaves):
        raise ImpossibleDateError(_FIELDS[end.kind], f"there is no {_FIELDS[end.kind]} {number}")
    leave = leaves[number - 1]
    if end.day < leave.day:
        raise ImpossibleDateError("on", f"it ends {end.day}, before its start on {leave.day}")
    if leave.until is not None and end.day > leave.until:
        raise ImpossibleDateError("on", f"it ends {end.day}, after its own end on {leave.until}")
    return number


def _leave_on(end: Fact, leaves: list[Fact]) -> int:
    for fact in leaves:
        is_known = fact.day <= end.day and fact.recorded <= end.recorded
        if is_known and fact.number is not None and (fact.until is None or end.day <= fact.until):
            return fact.number
    raise ImpossibleDateError(_FIELDS[end.kind], f"none covers {end.day}")
