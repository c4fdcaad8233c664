"""Fields for lengths of time and for days of the year: numbers and words, never codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from certification.policy.rules.errors import PolicyError
from certification.reports.reads.rulebook import length_words
from certification.rulemaking.rules.lengths import join_length, split_length

_DAYS = re.compile(r"\d{1,3}", re.ASCII)
UNIT_CHOICES = [("Y", _("years")), ("M", _("months")), ("W", _("weeks")), ("D", _("days"))]


# With a blank placeholder the style sheet can tell an empty field from a filled one.
NUMBER = {"inputmode": "numeric", "size": 4, "placeholder": " ", "autocomplete": "off"}


class LengthWidget(forms.MultiWidget):
    """A number and a unit. A length that one pair cannot say stays as a choice of its own."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = forms.TextInput(attrs=NUMBER | {"maxlength": 4})
        super().__init__([number, forms.Select(choices=UNIT_CHOICES)], attrs)

    def decompress(self, value: str | None) -> tuple[str, str]:
        """Return number and unit of a stored length."""
        return split_length(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Name the parts for screen readers; offer the unit that is a length itself."""
        parts = value if isinstance(value, Sequence) and not isinstance(value, str) else None
        unit = str((parts or self.decompress(value))[1] or "")
        units = self.widgets[1]
        assert isinstance(units, forms.Select)
        units.choices = [*UNIT_CHOICES, *unit_of_its_own(unit)]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for part, words in zip(context["widget"]["subwidgets"], self.part_words(), strict=True):
            part["attrs"]["aria-label"] = words
        return context

    def part_words(self) -> tuple[Any, Any]:
        """Return what the two parts are called."""
        return _("number"), _("unit")


def unit_of_its_own(unit: str) -> list[tuple[str, str]]:
    """Return the choice for a length such as "1 month 10 days", if it is one."""
    try:
        return [(unit, length_words(unit))] if unit.startswith("P") else []
    except PolicyError:
        return []


class LengthField(forms.MultiValueField):
    """A length in years, months, weeks or days, as the text a policy keeps; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {
            "required": False,
            "require_all_fields": False,
            "widget": LengthWidget(),
            **kwargs,
        }
        super().__init__(
            fields=(forms.CharField(required=False), forms.CharField(required=False)), **options
        )

    def compress(self, data_list: Sequence[str]) -> str | None:
        """Return the length. Raises: ValidationError for what is no whole number."""
        number, unit = [*(data_list or []), "", ""][:2]
        try:
            return join_length(number.strip(), unit)
        except ValueError:
            raise ValidationError(
                _("Write a whole number, for example 2, and choose a unit."), code="length"
            ) from None


class MonthDayWidget(LengthWidget):
    """A day and a month."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        months = [("", "–"), *((f"{number:02d}", name) for number, name in MONTHS.items())]
        day = forms.TextInput(attrs=NUMBER | {"maxlength": 2})
        forms.MultiWidget.__init__(self, [day, forms.Select(choices=months)], attrs)

    def decompress(self, value: str | None) -> tuple[str, str]:
        """Return day and month of a stored day."""
        month, _dash, day = (value or "").partition("-")
        return day.lstrip("0"), month

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Name the parts for screen readers."""
        context: dict[str, Any] = forms.MultiWidget.get_context(self, name, value, attrs)
        for part, words in zip(context["widget"]["subwidgets"], self.part_words(), strict=True):
            part["attrs"]["aria-label"] = words
        return context

    def part_words(self) -> tuple[Any, Any]:
        """Return what the two parts are called."""
        return _("day"), _("month")


class MonthDayField(forms.MultiValueField):
    """A day of every year as MM-DD; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {
            "required": False,
            "require_all_fields": False,
            "widget": MonthDayWidget(),
            **kwargs,
        }
        super().__init__(
            fields=(forms.CharField(required=False), forms.CharField(required=False)), **options
        )

    def compress(self, data_list: Sequence[str]) -> str | None:
        """Return the day. Raises: ValidationError for one that is not in every year."""
        day, month = [*(data_list or []), "", ""][:2]
        if not day.strip() and not month:
            return None
        try:
            # 2023 is no leap year: a day of every year must be in it.
            return date(2023, int(month), int(day)).strftime("%m-%d")
        except ValueError:
            raise ValidationError(
                _("Choose a day that exists in every year, for example 31 March."), code="day"
            ) from None


class DaysField(forms.CharField):
    """Days before something, as "30, 7, 1"."""

    most = 365

    def prepare_value(self, value: Any) -> Any:
        """Return stored days as they are typed."""
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """Return the days. Raises: ValidationError naming what is no number of days."""
        if isinstance(value, list):
            return value
        days = []
        for part in str(value or "").replace(";", ",").split(","):
            text = part.strip()
            if not text:
                continue
            if not (
                text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= self.most
            ):
                raise ValidationError(
                    _("“%(text)s” is no number of days up to 365. Write for example: 30, 7, 1"),
                    code="days",
                    params={"text": text[:20]},
                )
            days.append(int(text))
        return days
