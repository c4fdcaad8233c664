"""People in the admin's menu "Certification": the list, what is done to one, what to many."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from certification.casework.viewsets.acting import ActView
from certification.casework.viewsets.bulk import BulkDoneView, BulksView, BulkView, UndoBulkView
from certification.casework.viewsets.listing import PeopleView
from certification.casework.viewsets.proposals import ProposalViewSet
from certification.reports.viewsets.screens import ReportsMenuItem

__all__ = ["PeopleViewSet", "ProposalViewSet"]


class PeopleViewSet(ViewSet):
    """People: find them, act on one or on many."""

    name = "sb_people"
    url_prefix = "certification/people"
    icon = "group"
    menu_label = gettext_lazy("People")
    menu_name = "certification-people"
    menu_order = 20
    menu_hook = "register_certification_menu_item"
    add_to_admin_menu = True
    menu_item_class = ReportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses; a person's own page is the matrix's."""
        return [
            path("", PeopleView.as_view(), name="index"),
            path("bulk/", BulkView.as_view(), name="bulk"),
            path("bulk/past/", BulksView.as_view(), name="bulks"),
            path("bulk/<uuid:uuid>/", BulkDoneView.as_view(), name="bulk_done"),
            path("bulk/<uuid:uuid>/undo/", UndoBulkView.as_view(), name="undo"),
            path("<uuid:uuid>/<slug:verb>/", ActView.as_view(), name="act"),
            path("<uuid:uuid>/<slug:verb>/<str:target>/", ActView.as_view(), name="act_on"),
        ]
