"""What the draws of a quiz find at the moment, beside the editor of its slots."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from quizzes.attempts.reads import count_fitting, find_quiz_fault


class SlotPanel(Panel):
    """Tells an author from how many questions each row can draw, as the draft was last saved."""

    class BoundPanel(Panel.BoundPanel):
        """The counts for one quiz."""

        template_name = "standardbearer/quizzes/admin/slots.html"

        def is_shown(self) -> bool:
            """Return whether there is anything to draw yet."""
            return bool(super().is_shown() and self.instance.pk and self.instance.slots)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add a row for each slot: its words, how many it wants and how many there are."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            body = self.instance.to_body()
            rows = zip(body["slots"], count_fitting(body), strict=True)
            fault = find_quiz_fault(body)
            return context | {"rows": list(rows), "fault": fault[1] if fault else ""}
