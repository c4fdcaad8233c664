"""What an attempt draws, when it ends, whether another may start, what it comes to, what shows."""

from quizzes.attempts.rules.draws import DrawError, PoolQuestion, Slot, draw, may_ask
from quizzes.attempts.rules.feedback import (
    FULL_FEEDBACK,
    choose_shown,
    find_phase,
    read_ticks,
)
from quizzes.attempts.rules.terms import Leeway, Terms, apply_leeways, find_useless, read_terms
from quizzes.attempts.rules.times import Start, due_at, extend_due, judge_start, may_start
from quizzes.attempts.rules.verdicts import (
    RULES_VERSION,
    ItemMark,
    Outcome,
    Reason,
    Verdict,
    find_weak_standards,
    judge,
    settle_pass,
    settle_percent,
)
from quizzes.questions.rules.review import PHASES, SHOWN

__all__ = [
    "FULL_FEEDBACK",
    "PHASES",
    "RULES_VERSION",
    "SHOWN",
    "DrawError",
    "ItemMark",
    "Leeway",
    "Outcome",
    "PoolQuestion",
    "Reason",
    "Slot",
    "Start",
    "Terms",
    "Verdict",
    "apply_leeways",
    "choose_shown",
    "draw",
    "due_at",
    "extend_due",
    "find_phase",
    "find_useless",
    "find_weak_standards",
    "judge",
    "judge_start",
    "may_ask",
    "may_start",
    "read_terms",
    "read_ticks",
    "settle_pass",
    "settle_percent",
]
