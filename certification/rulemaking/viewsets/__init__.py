"""Writing rules in Wagtail's admin."""

from certification.rulemaking.viewsets.audiences import AudienceEditorViewSet
from certification.rulemaking.viewsets.certifications import RuleViewSet
from certification.rulemaking.viewsets.moves import MoveViewSet

__all__ = ["AudienceEditorViewSet", "MoveViewSet", "RuleViewSet"]
