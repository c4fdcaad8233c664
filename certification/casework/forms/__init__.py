"""Forms: what is done to one person, to many, and who is looked for."""

from certification.casework.forms.person import FORMS, CaseForm, DecisionForm

__all__ = ["FORMS", "CaseForm", "DecisionForm"]
