"""Rules of who needs what: write one, replace one, end one; each seen before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.viewsets.base import ViewSet

from certification.catalogue.actions import add_audience_rule, end_audience_rule
from certification.catalogue.models import AudienceRule, Certification
from certification.reports.reads.words import short_day as show_day
from certification.rulemaking.actions.previews import ask_preview
from certification.rulemaking.forms.audiences import AudienceForm, EndRuleForm
from certification.rulemaking.models import ImpactPreview
from certification.rulemaking.reads.stored import describe_rule_draft, describe_rule_end
from certification.rulemaking.rules.impact import Impact
from certification.rulemaking.viewsets.screens import RuleScreen
from lms import api as lms_api


class PreviewedScreen(RuleScreen, TemplateView):
    """A form that first shows whom it reaches.

    The preview is a page of its own address: reloading it loses nothing, and going back finds the
    form as it was typed.
    """

    template_name = "standardbearer/certification/admin/rules/previewed.html"
    header_icon = "crosshairs"
    form_class: type[Form]
    submit_label = gettext_lazy("Save")

    def make_form(self, data: Any = None) -> Form:
        """Return the form, filled in with what was typed."""
        return self.form_class(data, initial=self.get_initial())

    def get_initial(self) -> dict[str, Any]:
        """Return what the empty form suggests."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; with what was typed in the address, whom it reaches."""
        if request.GET.get("do") not in ("preview", "edit"):
            return self.show(self.make_form())
        form = self.make_form(request.GET)
        if request.GET["do"] == "edit" or not form.is_valid():
            return self.show(form)
        return self.show_preview(form)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it; a refusal stands in the form, and nothing that was typed is lost."""
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            return self.run_action(form)
        except lms_api.LmsError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(form)

    def show(self, form: Form) -> HttpResponse:
        """Return the page with the form."""
        return self.render_to_response(self.get_context_data(form=form))

    def show_preview(self, form: Form) -> HttpResponse:
        """Return the page with whom it reaches, and the one button to do it."""
        found = self.preview(form)
        is_counting = isinstance(found, ImpactPreview)
        query = self.request.GET.copy()
        query.pop("do", None)
        context = self.get_context_data(
            form=form,
            is_preview=True,
            impact=None if is_counting else found,
            counting=found if is_counting else None,
            typed=[(name, value) for name, values in query.lists() for value in values],
            edit_url=f"?do=edit&{query.urlencode()}",
        )
        response = self.render_to_response(context)
        if is_counting:
            response.headers["Refresh"] = "5"  # the page looks again by itself, without a script
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the buttons and the way back."""
        return super().get_context_data(**kwargs) | {
            "submit_label": self.submit_label,
            "back_url": self.back_url,
            "summary": self.summarise(kwargs["form"]) if kwargs.get("is_preview") else "",
        }

    @property
    def back_url(self) -> str:
        """Where Cancel leads."""
        return reverse("sb_audience_rules:index")

    def preview(self, form: Any) -> Impact | ImpactPreview:
        """Return whom it reaches, or how far that is counted."""
        raise NotImplementedError

    def summarise(self, form: Any) -> str:
        """Return in one sentence what is about to be done."""
        raise NotImplementedError

    def run_action(self, form: Any) -> HttpResponse:
        """Do it. Raises: LmsError when it is refused."""
        raise NotImplementedError

    def ask(self, certification: Certification, draft: dict[str, Any]) -> Impact | ImpactPreview:
        """Return the preview of a draft."""
        return ask_preview(
            certification=certification,
            draft=draft,
            actor=self.actor,
            now=timezone.now(),
        )


class RuleOfAddress:
    """A screen about one audience rule."""

    kwargs: dict[str, Any]

    @cached_property
    def rule(self) -> AudienceRule:
        """The rule of the address. Raises: Http404."""
        rows = AudienceRule.objects.select_related("certification", "region", "branch", "end")
        found = rows.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise Http404
        return found

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list of rules."""
        way = [(reverse("sb_audience_rules:index"), _("Audience rules"))]
        if "uuid" in self.kwargs:
            url = reverse("sb_audience_rules:inspect", args=[self.rule.pk])
            way.append((url, str(self.rule)))
        way.append(("", str(self.get_page_title())))  # type: ignore[attr-defined]
        home = self.breadcrumbs_items  # type: ignore[attr-defined]
        return [*home, *({"url": url, "label": label} for url, label in way)]


class AddRuleView(RuleOfAddress, PreviewedScreen):
    """A new rule, or one in the place of another."""

    verb = "create"
    form_class = AudienceForm
    page_title = gettext_lazy("New audience rule")

    @property
    def replaced(self) -> AudienceRule | None:
        """The rule that this one replaces, where the address names one."""
        return self.rule if "uuid" in self.kwargs else None

    def get_page_title(self) -> str:
        """Return what is being written."""
        return _("Replace this rule") if self.replaced else str(self.page_title)

    def get_initial(self) -> dict[str, Any]:
        """Suggest today, and what the rule to replace says."""
        rule = self.replaced
        if rule is None:
            return {"from_on": self.today, "tenure_days": 0}
        return {
            "certification": rule.certification_id,
            "region": rule.region_id,
            "branch": rule.branch_id,
            "job_roles": list(rule.job_roles.values_list("pk", flat=True)),
            "tenure_days": rule.tenure_days,
            "optional": rule.optional,
            "reason": rule.reason,
            "from_on": self.today,
        }

    def make_form(self, data: Any = None) -> Form:
        """Return the form; what replaces a rule is about the same certification."""
        form = super().make_form(data)
        if self.replaced is not None:
            choice: Any = form.fields["certification"]
            choice.queryset = choice.queryset.filter(pk=self.replaced.certification_id)
            choice.empty_label = None
        return form

    def preview(self, form: AudienceForm) -> Impact | ImpactPreview:
        """Return whom the rule reaches."""
        values = form.cleaned_data
        draft = describe_rule_draft(
            region=values["region"],
            branch=values["branch"],
            role_ids=[role.pk for role in values["job_roles"]],
            tenure_days=values["tenure_days"],
            optional=values["optional"],
            from_on=values["from_on"],
            until_on=form.until_on,
            replaces=self.replaced,
        )
        return self.ask(values["certification"], draft)

    def summarise(self, form: AudienceForm) -> str:
        """Say whom it asks for what."""
        values = form.cleaned_data
        roles = ", ".join(str(role) for role in values["job_roles"]) or _("every role")
        return _("“%(title)s” for %(roles)s in %(place)s, from %(day)s on.") % {
            "title": values["certification"],
            "roles": roles,
            "place": values["branch"] or values["region"] or _("the whole company"),
            "day": show_day(values["from_on"]),
        }

    def run_action(self, form: AudienceForm) -> HttpResponse:
        """Write the rule."""
        values = {name: value for name, value in form.cleaned_data.items() if name != "last_on"}
        rule = add_audience_rule(
            **values,
            until_on=form.until_on,
            replaces=self.replaced,
            actor=self.actor,
            now=timezone.now(),
        )
        words = _("The rule is saved. Assignments follow on that day, within ten minutes.")
        messages.success(self.request, words)
        return redirect("sb_audience_rules:inspect", rule.pk)


class EndRuleView(RuleOfAddress, PreviewedScreen):
    """The end of a rule."""

    form_class = EndRuleForm
    page_title = gettext_lazy("End this rule")
    submit_label = gettext_lazy("End the rule")

    @property
    def back_url(self) -> str:
        """The rule."""
        return reverse("sb_audience_rules:inspect", args=[self.rule.pk])

    def get_initial(self) -> dict[str, Any]:
        """Suggest today."""
        return {"on": self.today}

    def preview(self, form: EndRuleForm) -> Impact | ImpactPreview:
        """Return who is asked no longer."""
        draft = describe_rule_end(rule=self.rule, on=form.cleaned_data["on"])
        return self.ask(self.rule.certification, draft)

    def summarise(self, form: EndRuleForm) -> str:
        """Say which rule asks nobody from when."""
        return _("“%(rule)s” asks nobody from %(day)s on.") % {
            "rule": self.rule,
            "day": show_day(form.cleaned_data["on"]),
        }

    def run_action(self, form: EndRuleForm) -> HttpResponse:
        """End it."""
        end_audience_rule(
            rule=self.rule,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            now=timezone.now(),
        )
        words = _("The rule ends on that day. Whoever is asked by something else stays asked.")
        messages.success(self.request, words)
        return redirect(self.back_url)


class AudienceEditorViewSet(ViewSet):  # type: ignore[misc]
    """Where audience rules are written. It has no menu entry: the list of rules leads here."""

    name = "sb_audience_editor"
    url_prefix = "audience-rule-editor"

    def get_urlpatterns(self) -> list[Any]:
        """Return the screens; a rule is named by its uuid."""
        return [
            path("new/", AddRuleView.as_view(), name="add"),
            path("<uuid:uuid>/replace/", AddRuleView.as_view(), name="replace"),
            path("<uuid:uuid>/end/", EndRuleView.as_view(), name="end"),
        ]
