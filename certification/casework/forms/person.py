"""One form for each thing that can be done to one person. Last days are inclusive here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.awards import actions
from certification.awards.models import Award
from certification.catalogue.models import Certification
from certification.reports.actions import remind_people
from lms import api as lms_api
from lms.api import Absence, Employee

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

ONE_DAY = timedelta(days=1)
FIELDS_OF_ERRORS: Mapping[str, tuple[str, ...]] = {
    "until_on": ("last_on",),
    "valid_until": ("last_on",),
    "on": ("on", "effective_on"),
    "effective_on": ("effective_on",),
    "valid_from": ("valid_from",),
}


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class ReasonField(forms.CharField):
    """Why: kept with the fact for good, and shown where its dates are explained."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=200,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("It is kept with the record, and the person may read it."),
            **kwargs,
        )


class CaseForm(forms.Form):
    """What all have in common: a person, what it is about, and how refusals find their field."""

    title: ClassVar[Any] = ""
    explains: ClassVar[Any] = ""
    is_danger = False

    def __init__(self, *args: Any, person: Employee, target: Any, today: date, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.person = person
        self.target = target
        self.today = today
        for name in ("from_on", "effective_on", "on", "valid_from"):
            if name in self.fields and self.fields[name].initial is None:
                self.fields[name].initial = today
        if "certification" in self.fields:
            self.fields["certification"].initial = target

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Do it. Raises: LmsError with the field at fault."""
        raise NotImplementedError

    def until(self, name: str = "last_on") -> date | None:
        """Return the first day after the last one; None where there is none."""
        last: date | None = self.cleaned_data.get(name)
        if last is None:
            return None
        return last + ONE_DAY if last < date.max else last

    def add_refusal(self, error: lms_api.LmsError) -> None:
        """Show a refusal at the field it names, else above the form."""
        names = FIELDS_OF_ERRORS.get(error.field, (error.field,))
        self.add_error(next((name for name in names if name in self.fields), None), error.message)


class CertificationField(forms.ModelChoiceField):
    """One of the certifications in use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Certification.objects.all(),
            label=_("Certification"),
            to_field_name="code",
            **kwargs,
        )


class AssignForm(CaseForm):
    """Ask a certification of somebody."""

    title = _("Assign")
    explains = _("From that day on the person is asked for it and gets a mail.")
    certification = CertificationField()
    from_on = DayField(label=_("From"))
    due_on = DayField(
        label=_("Due on"), required=False, help_text=_("Empty: as the certification's rule says.")
    )
    optional = forms.BooleanField(label=_("Offered, not required"), required=False)
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Assign."""
        return actions.assign_certification(
            employee=self.person, actor=actor, now=now, **self.cleaned_data
        )


class UnassignForm(CaseForm):
    """Stop asking."""

    title = _("End the assignment")
    explains = _("What is held stays. Without another reason it is no longer asked for.")
    on = DayField(label=_("First day it is no longer asked for"))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """End it."""
        return actions.end_assignment(
            assignment=self.target, actor=actor, now=now, **self.cleaned_data
        )


class ExemptForm(CaseForm):
    """For some days not asked."""

    title = _("Exempt")
    explains = _("On these days it is not asked for, and the person is not counted.")
    certification = CertificationField()
    from_on = DayField(label=_("From"))
    last_on = DayField(label=_("Last day"))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Exempt."""
        values = self.cleaned_data
        return actions.exempt_employee(
            employee=self.person,
            certification=values["certification"],
            from_on=values["from_on"],
            until_on=self.until() or date.max,
            reason=values["reason"],
            actor=actor,
            now=now,
        )


class UnexemptForm(CaseForm):
    """Asked again earlier."""

    title = _("End the exemption")
    explains = _("On its first day or before it, the exemption never was.")
    on = DayField(label=_("First day it is asked for again"))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """End it."""
        return actions.end_exemption(
            exemption=self.target, actor=actor, now=now, **self.cleaned_data
        )


class AbsenceForm(CaseForm):
    """Away."""

    title = _("Record leave")
    explains = _("Nothing is asked during leave, and what is due moves by the days absent.")
    kind = forms.ChoiceField(label=_("Kind"), choices=Absence.Kind.choices)
    from_on = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"))
    reason = ReasonField(required=False)

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Record it."""
        values = self.cleaned_data
        return lms_api.record_absence(
            employee=self.person,
            kind=values["kind"],
            from_on=values["from_on"],
            until_on=self.until() or date.max,
            reason=values["reason"],
            actor=actor,
            now=now,
            today=self.today,
        )


class BackForm(CaseForm):
    """Back earlier."""

    title = _("End the leave")
    explains = _("On its first day or before it, the leave never was.")
    on = DayField(label=_("First day back"))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """End it."""
        return lms_api.end_absence(
            absence=self.target, actor=actor, now=now, today=self.today, **self.cleaned_data
        )


class ExtendForm(CaseForm):
    """Held longer."""

    title = _("Extend")
    explains = _("It is held longer this once. The next renewal counts as if it had not been.")
    last_on = DayField(label=_("New last day"))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Extend."""
        return actions.extend_award(
            award=self.target,
            effective_on=self.today,
            until_on=self.until() or date.max,
            reason=self.cleaned_data["reason"],
            actor=actor,
            now=now,
        )


class EventForm(CaseForm):
    """Something that counts from a day on."""

    effective_on = DayField(label=_("From"))
    reason = ReasonField()
    write: ClassVar[Any] = None

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Add the event."""
        return type(self).write(award=self.target, actor=actor, now=now, **self.cleaned_data)


class SuspendForm(EventForm):
    """Paused."""

    title = _("Suspend")
    explains = _("It does not count from that day on, until it is reinstated.")
    write = staticmethod(actions.suspend_award)


class ReinstateForm(EventForm):
    """Counts again."""

    title = _("Reinstate")
    explains = _("It counts again from that day on.")
    write = staticmethod(actions.reinstate_award)


class RevokeForm(EventForm):
    """Taken back."""

    title = _("Revoke")
    explains = _("It is taken back from that day on, and its certificate says so to everybody.")
    is_danger = True
    write = staticmethod(actions.revoke_award)


class VoidForm(CaseForm):
    """Never was."""

    title = _("Void")
    explains = _("The award never was, and the work done for it does not count again.")
    is_danger = True
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Void."""
        return actions.void_award(award=self.target, actor=actor, now=now, **self.cleaned_data)


class CorrectForm(CaseForm):
    """Other dates."""

    title = _("Correct")
    explains = _(
        "Another award with these days stands in its place. The public check of the old "
        "certificate says that it was replaced."
    )
    valid_from = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: never lapses."))
    reason = ReasonField()

    def __init__(self, *args: Any, target: Award, **kwargs: Any) -> None:
        super().__init__(*args, target=target, **kwargs)
        self.fields["valid_from"].initial = target.valid_from
        if target.valid_until is not None:
            self.fields["last_on"].initial = target.valid_until - ONE_DAY

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Correct."""
        return actions.correct_award(
            award=self.target,
            valid_from=self.cleaned_data["valid_from"],
            valid_until=self.until(),
            reason=self.cleaned_data["reason"],
            actor=actor,
            now=now,
        )


class ProposeForm(CaseForm):
    """By hand, in two persons."""

    title = _("Propose an award")
    explains = _("Somebody else of HR must confirm it before it counts.")
    certification = CertificationField()
    basis = forms.ChoiceField(
        label=_("Basis"),
        choices=[
            (Award.Basis.MANUAL, _("granted: shown otherwise that it is mastered")),
            (Award.Basis.WAIVED, _("waived: not asked to show it")),
        ],
    )
    valid_from = DayField(label=_("First day"))
    last_on = DayField(label=_("Last day"), required=False, help_text=_("Empty: never lapses."))
    reason = ReasonField()

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Propose."""
        values = self.cleaned_data
        return actions.propose_award(
            employee=self.person,
            certification=values["certification"],
            basis=values["basis"],
            valid_from=values["valid_from"],
            valid_until=self.until(),
            reason=values["reason"],
            actor=actor,
            now=now,
        )


class DecisionForm(forms.Form):
    """What a second person says to a proposal."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed to refuse. It is kept with the proposal."),
    )


class RemindForm(CaseForm):
    """A mail now."""

    title = _("Remind")
    explains = _("A mail about all that is overdue or runs out within 30 days, at most one a day.")

    def act(self, *, actor: AbstractBaseUser, now: datetime) -> Any:
        """Remind."""
        return remind_people(employee_ids=[self.person.pk], actor=actor, now=now)


FORMS: Mapping[str, type[CaseForm]] = {
    "assign": AssignForm,
    "unassign": UnassignForm,
    "exempt": ExemptForm,
    "unexempt": UnexemptForm,
    "absence": AbsenceForm,
    "back": BackForm,
    "extend": ExtendForm,
    "suspend": SuspendForm,
    "reinstate": ReinstateForm,
    "revoke": RevokeForm,
    "void": VoidForm,
    "correct": CorrectForm,
    "propose": ProposeForm,
    "remind": RemindForm,
}
