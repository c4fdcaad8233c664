"""Writing the next version: as typed, checked while typing, previewed, published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from certification.catalogue.actions import discard_draft, publish_version, save_draft
from certification.policy.rules.errors import PolicyError
from certification.rulemaking.actions.previews import ask_preview
from certification.rulemaking.forms.checking import Checked, Ready, check_version
from certification.rulemaking.forms.layout import sections_of
from certification.rulemaking.models import ImpactPreview
from certification.rulemaking.reads.drafts import Desk, open_desk
from certification.rulemaking.reads.sentences import compare_sentences, summarise_impact
from certification.rulemaking.reads.stored import describe_version_draft
from certification.rulemaking.rules.impact import Impact
from certification.rulemaking.rules.typed import Typed, edit_rows, keep_known
from certification.rulemaking.viewsets.screens import RuleScreen
from lms import api as lms_api

SALT = "standardbearer.version.impact"
CHECK = "standardbearer/certification/admin/rules/check.html"


class VersionScreen(RuleScreen):
    """A screen about the version that is being written."""

    @cached_property
    def desk(self) -> Desk:
        """What was typed so far."""
        return open_desk(self.certification, self.today)

    @property
    def write_url(self) -> str:
        """The editor."""
        return reverse("sb_rules:write", args=[self.certification.uuid])

    def check(self, fields: Typed) -> Checked:
        """Return everything that can be told of what was typed."""
        return check_version(self.certification, fields, self.today)

    def save(self, fields: Typed) -> None:
        """Keep what was typed. Raises: RuleError when somebody else writes at it."""
        save_draft(
            certification=self.certification,
            fields=fields,
            actor=self.actor,
            now=timezone.now(),
            seen_at=parse_seen(self.request.POST.get("seen_at", "")),
        )


def parse_seen(text: str) -> datetime | None:
    """Return when the draft on somebody's screen was saved; nonsense is as none."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def read_number(text: str) -> int:
    """Return the number of the newest version on somebody's screen; nonsense is none of them."""
    return int(text) if text.isascii() and text.isdigit() else -1


def check_context(desk: Desk, checked: Checked, refusal: str = "") -> dict[str, Any]:
    """Return what the panel beside the form shows."""
    return {"desk": desk, "checked": checked, "refusal": refusal}


class WriteView(VersionScreen, TemplateView):
    """The editor. Every button keeps what was typed first, so nothing depends on scripts."""

    template_name = "standardbearer/certification/admin/rules/write.html"

    def get_page_title(self) -> str:
        """Return which version is being written."""
        named = {"number": self.desk.number, "title": self.certification}
        return _("%(title)s: write version %(number)d") % named

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return form and panel, of the draft or of what was just typed."""
        fields = kwargs.pop("fields", None) or self.desk.fields
        checked = self.check(fields)
        refusal = kwargs.pop("refusal", "")
        return super().get_context_data(**kwargs) | {
            "certification": self.certification,
            "form": checked.form,
            "check_url": reverse("sb_rules:check", args=[self.certification.uuid]),
            "home_url": self.home_url,
            "shows_errors": self.desk.draft is not None or bool(refusal),
            "sections": sections_of(checked.form),
            **check_context(self.desk, checked, refusal),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was typed, then do what the button says."""
        command = request.POST.get("do", "check")
        if command == "discard":
            discard_draft(certification=self.certification, actor=self.actor)
            messages.success(request, _("The draft is gone. What is published stays as it is."))
            return redirect(self.home_url)
        fields = edit_rows(keep_known(request.POST.dict()), command)
        try:
            self.save(fields)
        except lms_api.RuleError as error:
            context = self.get_context_data(fields=fields, refusal=error.message)
            return self.render_to_response(context, status=error.status)
        if command == "publish":
            return redirect("sb_rules:publish", self.certification.uuid)
        return redirect(self.write_url + find_anchor(command, fields))


def find_anchor(command: str, fields: Mapping[str, str]) -> str:
    """Return where on the page to go on after a button."""
    name, _colon, text = command.partition(":")
    row = int(text) if text.isascii() and text.isdigit() else 0
    last = int(fields["rows-TOTAL"]) - 1
    row = {"add": last, "up": row - 1, "down": row + 1, "remove": row}.get(name, -1)
    if name not in ("add", "up", "down", "remove"):
        return "#check"
    return f"#requirement-{min(max(row, 0), last)}" if last >= 0 else "#requirements"


class CheckView(VersionScreen, View):
    """What is typed, kept and looked at: the panel beside the form, for the script."""

    http_method_names = ["post"]
    page_title = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the panel."""
        fields = keep_known(request.POST.dict())
        refusal = ""
        try:
            self.save(fields)
        except lms_api.RuleError as error:
            refusal = error.message
        context = check_context(self.desk, self.check(fields), refusal) | {"shows_errors": True}
        return HttpResponse(render_to_string(CHECK, context, request))


class PublishView(VersionScreen, TemplateView):
    """The last look: what it says, what differs, whom it reaches. Then it is published."""

    template_name = "standardbearer/certification/admin/rules/publish.html"

    def get_page_title(self) -> str:
        """Return which version is to be published."""
        named = {"number": self.desk.number, "title": self.certification}
        return _("%(title)s: publish version %(number)d") % named

    @cached_property
    def checked(self) -> Checked:
        """The draft, looked at."""
        return self.check(self.desk.fields)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, if it can be published as it is."""
        ready = self.checked.ready
        if self.desk.draft is None or ready is None:
            return self.send_back()
        try:
            found = self.preview(ready)
        except PolicyError as error:
            messages.error(request, error.message)
            return self.send_back()
        return self.render_to_response(self.get_context_data(found=found, ready=ready))

    def send_back(self) -> HttpResponse:
        """Return to the editor, which names what is to be mended."""
        words = _("It cannot be published yet. The page names what is to be mended.")
        messages.error(self.request, words)
        return redirect(self.write_url + "#check")

    def preview(self, ready: Ready) -> Impact | ImpactPreview:
        """Return whom the version would reach, or how far a worker has counted."""
        draft = describe_version_draft(
            policy=ready.policy,
            requirements=ready.requirements,
            effective_on=ready.effective_on,
        )
        return ask_preview(
            certification=self.certification,
            draft=draft,
            actor=self.actor,
            now=timezone.now(),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return sentences, differences and numbers."""
        found = kwargs.pop("found")
        impact = found if isinstance(found, Impact) else None
        draft = self.desk.draft
        assert draft is not None
        return super().get_context_data(**kwargs) | {
            "certification": self.certification,
            "checked": self.checked,
            "desk": self.desk,
            "difference": compare_sentences(
                self.desk.newest, (*self.checked.asked, *self.checked.sentences)
            ),
            "seen_at": draft.saved_at.isoformat(),
            "after_number": self.desk.number - 1,
            "impact": impact,
            "counting": found if impact is None else None,
            "signed_impact": signing.dumps(summarise_impact(impact), salt=SALT) if impact else "",
            "write_url": self.write_url,
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Publish what was shown, unless the draft or the versions changed meanwhile."""
        draft, ready = self.desk.draft, self.checked.ready
        if draft is None or ready is None:
            return self.send_back()
        if parse_seen(request.POST.get("seen_at", "")) != draft.saved_at:
            messages.error(request, _("The draft was changed meanwhile. Look at it once more."))
            return redirect(request.path)
        try:
            version = publish_version(
                certification=self.certification,
                **vars(ready),
                impact=self.read_impact(),
                after_number=read_number(request.POST.get("after_number", "")),
                actor=self.actor,
                now=timezone.now(),
            )
        except lms_api.LmsError as error:
            messages.error(request, error.message)
            return redirect(self.write_url + "#check")
        words = _("Version %(number)d is published.") % {"number": version.number}
        messages.success(request, words)
        return redirect(self.home_url)

    def read_impact(self) -> dict[str, Any]:
        """Return the numbers as they were shown; none where they were tampered with."""
        try:
            found: dict[str, Any] = signing.loads(self.request.POST.get("impact", ""), salt=SALT)
        except signing.BadSignature:
            return {}
        return found
