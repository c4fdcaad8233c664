"""What the date rules refuse, and nothing else.

ValueError
├── PolicyError            a policy field that cannot work
└── ImpossibleDateError    a fact whose days cannot be true
"""


class PolicyError(ValueError):
    """A policy that cannot work; ``field`` names the field at fault."""

    code = "policy_invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class ImpossibleDateError(ValueError):
    """A fact that cannot be true as written; ``field`` names the field at fault."""

    code = "date_impossible"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
