"""What the screens of rule making share: who gets in, which certification, the way there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from certification.catalogue.models import Certification
from certification.reports.viewsets.screens import signed_in
from lms import api as lms_api

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class RuleScreen(WagtailAdminTemplateMixin):
    """A screen for whoever may write rules; everybody else is refused with a code."""

    verb = "change"
    header_icon = "success"
    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever may not. Raises: NotAllowedError."""
        if not lms_api.may(request.user, self.verb, "certification"):
            raise lms_api.NotAllowedError(_("Only HR writes rules of certifications."))
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return,misc]

    @property
    def actor(self) -> AbstractBaseUser:
        """Who is writing: a login, or nobody would have got in."""
        return signed_in(self.request)

    @property
    def today(self) -> date:
        """The day in the site's zone, by which "past" is meant here."""
        return timezone.localdate()

    @cached_property
    def certification(self) -> Certification:
        """The certification of the address."""
        found = Certification.objects.filter(uuid=self.kwargs["uuid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def home_url(self) -> str:
        """The certification's own page."""
        return reverse("sb_certifications:inspect", args=[self.certification.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way over the list and the certification to here."""
        way = [(reverse("sb_certifications:index"), _("Certifications"))]
        if "uuid" in self.kwargs:
            way.append((self.home_url, str(self.certification)))
        way.append(("", str(self.get_page_title())))
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]
