"""How a certification stands for a person on a day: three answers and one badge."""

from dataclasses import dataclass, field
from datetime import date

from certification.policy.rules.history import Step
from certification.policy.rules.words import tell

STANDINGS = ("never", "valid", "grace", "suspended", "revoked", "expired")
TASKS = ("none", "scheduled", "open", "due_soon", "overdue", "closed")
REQUIREMENTS = ("required", "optional", "exempt", "absent", "not_required")

_IN_HAND = frozenset({"open", "due_soon", "overdue"})
_MISSED = frozenset({"overdue", "closed"})

BADGES = (
    "exempt",
    "on_leave",
    "revoked",
    "suspended",
    "in_grace",
    "expiring",
    "certified",
    "not_required",
    "expired",
    "overdue",
    "in_progress",
    "not_started",
)

# The first row that fits; None stands for anything.
_BADGE_ROWS: tuple[tuple[str, str | None, str | None, frozenset[str] | None], ...] = (
    ("exempt", None, "exempt", None),
    ("on_leave", None, "absent", None),
    ("revoked", "revoked", None, None),
    ("suspended", "suspended", None, None),
    ("in_grace", "grace", None, None),
    ("certified", "valid", None, None),
    ("not_required", None, "not_required", None),
    ("expired", "expired", None, None),
    ("overdue", "never", None, _MISSED),
)


def badge_of(
    *, standing: str, task: str, required: str, is_renewal: bool = True, has_begun: bool = False
) -> str:
    """Return the one badge a person sees.

    ``is_renewal``: the task is a renewal's. ``has_begun``: work for it has been started.
    """
    for badge, of_standing, of_required, of_task in _BADGE_ROWS:
        fits = (
            of_standing in (None, standing)
            and of_required in (None, required)
            and (of_task is None or task in of_task)
        )
        if fits:
            is_expiring = badge == "certified" and is_renewal and task in _IN_HAND
            return "expiring" if is_expiring else badge
    return "in_progress" if has_begun else "not_started"


@dataclass(frozen=True, slots=True)
class Status:
    """The state on one day; ``valid_until`` is the first day no longer valid.

    ``is_new``: asked of them and not yet due, so left out of the count.
    """

    standing: str
    task: str
    required: str
    badge: str
    valid_from: date | None
    valid_until: date | None
    due_on: date | None
    window_opens_on: date | None
    counts_grace: bool = False
    is_new: bool = False
    steps: tuple[Step, ...] = field(default=(), repr=False, compare=False)
    # Days on which this may turn with no further fact.
    turns: tuple[date | None, ...] = field(default=(), repr=False, compare=False)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, in plain words, one line each."""
        return tell(self.steps)

    @property
    def counted(self) -> bool:
        """Whether the person is in the denominator of a compliance figure."""
        return self.required == "required" and not self.is_new

    @property
    def compliant(self) -> bool:
        """Whether the person counts as compliant: valid, or in grace where the policy says so."""
        return self.standing == "valid" or (self.standing == "grace" and self.counts_grace)
