"""Reports in Wagtail's admin: one menu with the matrix and the lists behind it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from certification.reports.viewsets.as_of import AsOfViewSet
from certification.reports.viewsets.audiences import AudienceRuleViewSet
from certification.reports.viewsets.coverage import CoverageViewSet
from certification.reports.viewsets.dashboard import BranchesInNeed, StateOfCertification
from certification.reports.viewsets.designs import DesignViewSet
from certification.reports.viewsets.lists import (
    AssignmentViewSet,
    AwardViewSet,
    CertificationViewSet,
)
from certification.reports.viewsets.matrix import MatrixViewSet

__all__ = ["BranchesInNeed", "CertificationViewSetGroup", "StateOfCertification"]


class CertificationViewSetGroup(ViewSetGroup):
    """The menu "Certification"; other rooms add to it by its hook."""

    menu_label = _("Certification")
    menu_name = "certification"
    menu_icon = "success"
    menu_order = 200
    submenu_hook = "register_certification_menu_item"
    items: list[Any] = [
        MatrixViewSet,
        CoverageViewSet,
        AsOfViewSet,
        CertificationViewSet,
        AudienceRuleViewSet,
        AwardViewSet,
        AssignmentViewSet,
        DesignViewSet,
    ]
