"""Moving what is under way to the version in force, and taking that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.viewsets.base import ViewSet

from certification.awards.actions.migrate import (
    Migrated,
    describe_refusal,
    migrate_cycles,
    undo_migration,
)
from certification.rulemaking.actions.previews import MOST_AT_ONCE, narrow_examples
from certification.rulemaking.forms.audiences import MoveForm, UndoForm
from certification.rulemaking.reads.migration import (
    PastMigration,
    Waiting,
    count_to_move,
    find_waiting,
    list_migrations,
    preview_migration,
)
from certification.rulemaking.rules.impact import Impact
from certification.rulemaking.viewsets.audiences import PreviewedScreen


class MoveView(PreviewedScreen):
    """What is under way goes over to the version in force, once it is clear what that does."""

    template_name = "standardbearer/certification/admin/rules/move.html"
    header_icon = "success"
    form_class: type[Form] = MoveForm
    page_title = gettext_lazy("Move what is under way")
    submit_label = gettext_lazy("Move them")

    def get_page_subtitle(self) -> str:
        """Return the certification's title."""
        return str(self.certification)

    @property
    def back_url(self) -> str:
        """The certification."""
        return self.home_url

    @cached_property
    def waiting(self) -> Waiting:
        """The version in force and what it does not govern. Raises: Http404 without a version."""
        found = find_waiting(self.certification, self.today)
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it is about; list what was moved so far."""
        return super().get_context_data(**kwargs) | {
            "certification": self.certification,
            "waiting": self.waiting,
            "past": list_migrations(self.certification),
            "is_move": True,
        }

    def show_preview(self, form: Any) -> HttpResponse:
        """Show whom it reaches, unless it is more than one request should move."""
        if count_to_move(self.waiting.version, form.branches) > MOST_AT_ONCE:
            words = _("More than %(most)d are under way there. Move them region by region.")
            form.add_error("region", words % {"most": MOST_AT_ONCE})
            return self.show(form)
        return super().show_preview(form)

    def preview(self, form: Any) -> Impact:
        """Return whom moving them reaches."""
        impact = preview_migration(
            to_version=self.waiting.version,
            today=self.today,
            now=timezone.now(),
            branches=form.branches,
        )
        return narrow_examples(impact, self.actor)

    def summarise(self, form: Any) -> str:
        """Say what goes over to which version."""
        values = form.cleaned_data
        words = _(
            "What is under way in %(place)s goes over to version %(number)d. "
            "What is done stays done."
        )
        place = values["branch"] or values["region"] or _("the whole company")
        return words % {"place": place, "number": self.waiting.version.number}

    def run_action(self, form: Any) -> HttpResponse:
        """Move them."""
        if count_to_move(self.waiting.version, form.branches) > MOST_AT_ONCE:
            return self.show_preview(form)
        done = migrate_cycles(
            to_version=self.waiting.version,
            branches=form.branches,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            now=timezone.now(),
        )
        messages.success(self.request, word_done(done))
        return redirect("sb_moves:move", self.certification.uuid)


class UndoMoveView(MoveView):
    """A migration is taken back."""

    template_name = "standardbearer/certification/admin/rules/undo.html"
    form_class = UndoForm
    page_title = gettext_lazy("Take a move back")
    submit_label = gettext_lazy("Take it back")

    @property
    def back_url(self) -> str:
        """The page of moves."""
        return reverse("sb_moves:move", args=[self.certification.uuid])

    @cached_property
    def migration(self) -> PastMigration:
        """The migration of the address. Raises: Http404."""
        wanted: UUID = self.kwargs["migration"]
        for row in list_migrations(self.certification):
            if row.migration == wanted:
                return row
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how many are taken back; what is finished stays."""
        words = ngettext(
            "%(number)d goes back under its former rule, with its former days.",
            "%(number)d go back under their former rule, with their former days.",
            self.migration.open_count,
        )
        lead = words % {"number": self.migration.open_count}
        return super().get_context_data(**kwargs) | {"lead": lead}

    def show_preview(self, form: Any) -> HttpResponse:
        """There is nothing to preview: the former days are known."""
        return self.show(form)

    def run_action(self, form: Any) -> HttpResponse:
        """Take it back."""
        done = undo_migration(
            migration=self.migration.migration,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            now=timezone.now(),
        )
        messages.success(self.request, word_done(done))
        return redirect(self.back_url)


def word_done(done: Migrated) -> str:
    """Return what was moved and what was left alone, with why."""
    words = ngettext("%(number)d moved.", "%(number)d moved.", done.moved) % {"number": done.moved}
    if not done.left_alone:
        return words
    left = len(done.left_alone)
    more = ngettext("%(number)d stays as it is: ", "%(number)d stay as they are: ", left)
    reasons = {describe_refusal(row.code) for row in done.left_alone}
    return f"{words} {more % {'number': left}}{' '.join(sorted(reasons))}"


class MoveViewSet(ViewSet):  # type: ignore[misc]
    """Where open work is moved. It has no menu entry: the certifications lead here."""

    name = "sb_moves"
    url_prefix = "certification-moves"

    def get_urlpatterns(self) -> list[Any]:
        """Return the screens; a certification is named by its uuid, a migration by its own."""
        return [
            path("<uuid:uuid>/", MoveView.as_view(), name="move"),
            path("<uuid:uuid>/back/<uuid:migration>/", UndoMoveView.as_view(), name="undo"),
        ]
