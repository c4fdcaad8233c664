"""Writing rules in Wagtail's admin."""

from certification.rulemaking.viewsets.certifications import RuleViewSet

__all__ = ["RuleViewSet"]
