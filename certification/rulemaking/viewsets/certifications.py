"""A certification's own fields and its retirement; the addresses of rule making."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from wagtail.admin.viewsets.base import ViewSet

from certification.catalogue.actions import (
    change_certification,
    create_certification,
    keep_certification,
    retire_certification,
)
from certification.catalogue.models import Certification, Requirement
from certification.rulemaking.forms.certifications import CertificationForm, RetireForm
from certification.rulemaking.viewsets.screens import RuleScreen
from certification.rulemaking.viewsets.versions import CheckView, PublishView, WriteView
from lms import api as lms_api


class ActionScreen(RuleScreen, FormView):  # type: ignore[type-arg]
    """A form whose saving is an action; a refusal stands beside its field, nothing is lost."""

    template_name = "standardbearer/certification/admin/rules/form.html"
    submit_label = gettext_lazy("Save")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the button and the way back."""
        back = self.home_url if "uuid" in self.kwargs else reverse("sb_certifications:index")
        return super().get_context_data(**kwargs) | {
            "submit_label": self.submit_label,
            "back_url": back,
        }

    def run_action(self, form: Any) -> Certification:
        """Return what the action wrote."""
        raise NotImplementedError

    def say(self, certification: Certification) -> str:
        """Return what was done."""
        return _("“%(title)s” is saved.") % {"title": certification.title}

    def form_valid(self, form: Any) -> HttpResponse:
        """Run the action; show its refusal as an error of the form."""
        try:
            certification = self.run_action(form)
        except lms_api.LmsError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(self.request, self.say(certification))
        return redirect("sb_certifications:inspect", certification.pk)


class CreateView(ActionScreen):
    """A new certification, still without any rule."""

    verb = "create"
    form_class = CertificationForm
    page_title = gettext_lazy("New certification")

    def get_initial(self) -> dict[str, Any]:
        """Suggest when to remind."""
        return {"reminder_days": [30, 7, 1]}

    def run_action(self, form: ModelForm[Certification]) -> Certification:
        """Write it."""
        return create_certification(**form.cleaned_data, actor=self.actor)

    def say(self, certification: Certification) -> str:
        """Say what comes next."""
        words = _("“%(title)s” is written. Now say what it asks for: write its first version.")
        return words % {"title": certification.title}


class EditView(ActionScreen):
    """What a certification is called and how it is handled."""

    form_class = CertificationForm

    def get_page_title(self) -> str:
        """Return what is edited."""
        return _("Edit “%(title)s”") % {"title": self.certification}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Fill the form in."""
        return super().get_form_kwargs() | {"instance": self.certification}

    def run_action(self, form: ModelForm[Certification]) -> Certification:
        """Change it."""
        return change_certification(
            certification=self.certification, **form.cleaned_data, actor=self.actor
        )


class RetireView(ActionScreen):
    """The day from which it is asked of nobody, once it is clear what that does."""

    form_class = RetireForm
    template_name = "standardbearer/certification/admin/rules/retire.html"
    submit_label = gettext_lazy("Retire it")

    def get_page_title(self) -> str:
        """Return what is retired."""
        return _("Retire “%(title)s”") % {"title": self.certification}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the certifications that ask for it: they could no longer be met."""
        rows = Requirement.objects.filter(
            kind=Requirement.Kind.CERTIFICATION, target=self.certification.uuid
        ).select_related("version__certification")
        asking = {row.version.certification.title for row in rows}
        return super().get_context_data(**kwargs) | {
            "certification": self.certification,
            "asking": sorted(asking),
            "is_coming": self.certification.retired_on is not None,
        }

    def get_initial(self) -> dict[str, Any]:
        """Suggest the day already set, or today."""
        return {"on": self.certification.retired_on or self.today}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Retire it, or take a coming retirement back."""
        if request.POST.get("do") != "keep":
            return super().post(request, *args, **kwargs)
        try:
            keep_certification(
                certification=self.certification, actor=self.actor, now=timezone.now()
            )
        except lms_api.LmsError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("It stays: the retirement is taken back."))
        return redirect(self.home_url)

    def run_action(self, form: Form) -> Certification:
        """Retire it."""
        return retire_certification(
            certification=self.certification,
            on=form.cleaned_data["on"],
            actor=self.actor,
            now=timezone.now(),
        )

    def say(self, certification: Certification) -> str:
        """Say from when."""
        assert certification.retired_on is not None
        return _("“%(title)s” is retired from %(day)s on.") % {
            "title": certification.title,
            "day": date_format(certification.retired_on, "DATE_FORMAT"),
        }


class RuleViewSet(ViewSet):  # type: ignore[misc]
    """Where rules are written. It has no menu entry: the certifications lead here."""

    name = "sb_rules"
    url_prefix = "certification-rules"

    def get_urlpatterns(self) -> list[Any]:
        """Return the screens; a certification is named by its uuid."""
        screens: tuple[tuple[str, type[View], str], ...] = (
            ("new/", CreateView, "create"),
            ("<uuid:uuid>/edit/", EditView, "edit"),
            ("<uuid:uuid>/retire/", RetireView, "retire"),
            ("<uuid:uuid>/version/", WriteView, "write"),
            ("<uuid:uuid>/version/check/", CheckView, "check"),
            ("<uuid:uuid>/version/publish/", PublishView, "publish"),
        )
        return [path(route, view.as_view(), name=name) for route, view, name in screens]
