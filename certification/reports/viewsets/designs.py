"""How certificates look: designs, their preview, and which certifications use them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from certification.catalogue.models import Certification
from certification.certificates.actions import add_design, change_design
from certification.certificates.forms import DesignForm
from certification.certificates.models import CertificateDesign, CertificateDesignVersion
from certification.certificates.reads import (
    PdfUnavailableError,
    describe_sample,
    draw_pdf,
    make_look,
)
from certification.reports.viewsets.screens import ReportMixin, ReportsMenuItem, signed_in
from lms import api as lms_api

TITLE = gettext_lazy("Certificate designs")
FIELDS = ("layout", "accent", "lead", "closing", "signatory", "signatory_role")


class DesignMixin(ReportMixin):
    """Screens about designs, for whoever the policy table lets read them."""

    header_icon = "image"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not read designs."""
        if not lms_api.may(request.user, "read", "certificate_design"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def may_write(self) -> bool:
        """Whether the reader may change designs."""
        return lms_api.may(self.request.user, "change", "certificate_design")

    def crumbs(self, *items: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the way from the admin's home over the list."""
        way = [(reverse("sb_designs:index"), str(TITLE)), *items] if items else [("", str(TITLE))]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]


class DesignsView(DesignMixin, TemplateView):
    """All designs with what uses them."""

    template_name = "standardbearer/certification/admin/designs.html"
    page_title = TITLE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the designs, their newest version and their certifications. Three queries."""
        designs = CertificateDesign.objects.prefetch_related(
            Prefetch("versions", CertificateDesignVersion.objects.defer("logo")),
            Prefetch("certifications", Certification.objects.order_by("title")),
        )
        return super().get_context_data(**kwargs) | {
            "designs": [(row, max(row.versions.all(), key=lambda v: v.number)) for row in designs],
            "may_write": self.may_write,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs()

    def get_header_buttons(self) -> list[Any]:
        """Return the way to a new design, for those who may write one."""
        if not self.may_write:
            return []
        return [HeaderButton(_("Add a design"), url=reverse("sb_designs:add"), icon_name="plus")]


class DesignFormView(DesignMixin, FormView):  # type: ignore[type-arg,misc]
    """A design to write; "Preview" draws what is typed and saves nothing."""

    template_name = "standardbearer/certification/admin/design_form.html"
    form_class = DesignForm
    design: CertificateDesign | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the design of the address."""
        if "uuid" in kwargs:
            self.design = CertificateDesign.objects.filter(uuid=kwargs["uuid"]).first()
            if self.design is None:
                raise Http404
        if not lms_api.may(request.user, "change", "certificate_design"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def version(self) -> CertificateDesignVersion | None:
        """The newest version of the design."""
        return self.design.versions.get(number=self.design.number) if self.design else None

    def get_form_kwargs(self) -> dict[str, Any]:
        """Start from the newest version."""
        version = self.version
        initial: dict[str, Any] = {"layout": "frame", "accent": "pine"}
        if self.design is not None and version is not None:
            initial = {name: getattr(version, name) for name in FIELDS}
            initial |= {"name": self.design.name, "seen": self.design.number}
        return super().get_form_kwargs() | {"version": version, "initial": initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the words of the button."""
        return super().get_context_data(**kwargs) | {
            "submit_button_label": _("Save the design"),
            "version": self.version,
            "design": self.design,
        }

    def form_valid(self, form: DesignForm) -> HttpResponse:
        """Draw a preview, or write the design."""
        if "preview" in self.request.POST:
            return draw_preview(make_look(vars(form.look())))
        actor, now = signed_in(self.request), timezone.now()
        name = form.cleaned_data["name"]
        try:
            if self.design is None:
                add_design(name=name, look=form.look(), actor=actor, now=now)
            else:
                change_design(
                    design=self.design,
                    name=name,
                    look=form.look(),
                    seen=form.cleaned_data["seen"] or 0,
                    actor=actor,
                    now=now,
                )
        except (lms_api.InvalidInputError, lms_api.RuleError) as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, error.message)
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Saved. Certificates made from now on look like this; older ones stay as they were."),
        )
        return redirect("sb_designs:index")

    def get_page_title(self) -> str:
        """Return what is being done."""
        return self.design.name if self.design is not None else _("Add a design")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list."""
        return self.crumbs(("", self.get_page_title()))


class DesignPreviewView(DesignMixin, TemplateView):
    """A stored version as PDF, with somebody's name who does not exist."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it."""
        version = CertificateDesignVersion.objects.filter(
            design__uuid=kwargs["uuid"], number=kwargs["number"]
        ).first()
        if version is None:
            raise Http404
        return draw_preview(version)


def draw_preview(look: CertificateDesignVersion) -> HttpResponse:
    """Return a look as PDF, or in words why that cannot be drawn here."""
    try:
        pdf = draw_pdf(describe_sample(), look, b"preview")
    except PdfUnavailableError as error:
        return HttpResponse(error.message, status=error.status, content_type="text/plain")
    headers = {"Content-Disposition": 'inline; filename="preview.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


class DesignsMenuItem(ReportsMenuItem):
    """Shown to whoever may read designs."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the reader may look at designs."""
        return lms_api.may(request.user, "read", "certificate_design")


class DesignViewSet(ViewSet):
    """Designs of certificates."""

    name = "sb_designs"
    url_prefix = "certificate-designs"
    icon = "image"
    menu_label = TITLE
    menu_name = "certificate-designs"
    menu_order = 120
    menu_item_class = DesignsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses, the menu's first."""
        return [
            path("", DesignsView.as_view(), name="index"),
            path("add/", DesignFormView.as_view(), name="add"),
            path("<uuid:uuid>/", DesignFormView.as_view(), name="edit"),
            path("<uuid:uuid>/v<int:number>.pdf", DesignPreviewView.as_view(), name="preview"),
        ]
