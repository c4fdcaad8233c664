"""One thing done to one person: the form, what it would change, and then it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from certification.casework.actions import try_out
from certification.casework.forms import FORMS, CaseForm
from certification.casework.permissions import require_verb
from certification.casework.reads.targets import find_target
from certification.casework.rules import VERBS, Effect, Verb
from certification.reports.reads.person import find_person
from certification.reports.viewsets.screens import ReportMixin, signed_in
from lms import api as lms_api
from lms.api import Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class CaseMixin(ReportMixin):
    """Refusals of the policy as the answers of the site: 404 out of scope, 403 within it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Turn what the policy refuses into a page."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except lms_api.NotAllowedError as error:
            raise PermissionDenied(error.message) from error

    @property
    def user(self) -> AbstractBaseUser:
        """Who is signed in."""
        return signed_in(self.request)


class ActView(CaseMixin, TemplateView):
    """The form of one verb, in two steps: look what it would change, then do it."""

    template_name = "standardbearer/certification/admin/casework/act.html"
    header_icon = "edit"
    effects: list[Effect] | None = None

    @cached_property
    def verb(self) -> Verb:
        """What is to be done."""
        verb = VERBS.get(self.kwargs["verb"])
        if verb is None:
            raise Http404
        return verb

    @cached_property
    def person(self) -> Employee:
        """Whom it is about, within reach and not oneself."""
        person = find_person(self.user, self.kwargs["uuid"])
        require_verb(self.user, self.verb, person)
        return person

    @cached_property
    def target(self) -> Any:
        """The fact or certification that the address names."""
        return find_target(self.person, self.verb, self.kwargs.get("target", ""))

    @cached_property
    def form(self) -> CaseForm:
        """The form, filled in if it was sent."""
        person, target = self.person, self.target
        return FORMS[self.verb.key](
            self.request.POST or None,
            person=person,
            target=target,
            today=lms_api.local_day(timezone.now(), lms_api.zone_of(person)),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what it would change, or do it."""
        form, now = self.form, timezone.now()
        if form.is_valid():
            try:
                if "save" in request.POST:
                    form.act(actor=self.user, now=now)
                    messages.success(request, self.done_words())
                    return redirect("sb_matrix:person", uuid=self.person.uuid)
                self.effects = try_out(
                    employee=self.person, act=lambda: form.act(actor=self.user, now=now), now=now
                )
            except (lms_api.NotFoundError, lms_api.NotAllowedError):
                raise
            except lms_api.LmsError as error:
                form.add_refusal(error)
        return self.render_to_response(self.get_context_data(**kwargs))

    def done_words(self) -> str:
        """Say what was done."""
        return _("%(what)s: done for %(who)s.") % {
            "what": str(self.form.title),
            "who": self.person.full_name,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form and what it would change."""
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "employee": self.person,
            "about": self.describe_target(),
            "effects": self.effects,
            "back_url": reverse("sb_matrix:person", args=[self.person.uuid]),
        }

    def describe_target(self) -> str:
        """Return the title of what it is about, where the form does not ask for it."""
        certification = getattr(self.target, "certification", None)
        return str(certification) if certification is not None else ""

    def get_page_title(self) -> str:
        """Return what is to be done."""
        return str(self.form.title)

    def get_page_subtitle(self) -> str:
        """Return to whom."""
        return self.person.full_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the person."""
        url = reverse("sb_matrix:person", args=[self.person.uuid])
        return self.crumbs((url, self.person.full_name), ("", str(self.form.title)))
