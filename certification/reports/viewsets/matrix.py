"""The addresses of the matrix and of what opens from it."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from certification.reports.viewsets.person import PersonView
from certification.reports.viewsets.screens import (
    BranchExportView,
    BranchView,
    MatrixExportView,
    MatrixView,
    ReportsMenuItem,
)


class MatrixViewSet(ViewSet):
    """The matrix and the screens that open from it."""

    name = "sb_matrix"
    url_prefix = "certification"
    icon = "table"
    menu_label = gettext_lazy("Matrix")
    menu_name = "certification-matrix"
    menu_order = 10
    menu_item_class = ReportsMenuItem

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses, the menu's first."""
        return [
            path("", MatrixView.as_view(), name="index"),
            path("export/", MatrixExportView.as_view(), name="export"),
            path("branches/<uuid:uuid>/", BranchView.as_view(), name="branch"),
            path("branches/<uuid:uuid>/export/", BranchExportView.as_view(), name="branch_export"),
            path("people/<uuid:uuid>/", PersonView.as_view(), name="person"),
        ]
