"""Messages in Wagtail's admin: what was sent, what was not and why. Nothing here is edited."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.permissions import policy_registry

from lms.errors import LmsError
from lms.messages.actions import retry_unknown_mail
from lms.messages.models import KIND_WORDS, Mail, Notice
from lms.messages.permissions import MESSAGE
from lms.messages.reads import state_words
from lms.organisation.permissions import may
from lms.organisation.viewsets import ScopedViewSet


def name_subject(mail: Mail) -> str:
    """Return a mail's subject; what was withdrawn was never given one."""
    return str(mail.subject or "–")


def describe_state(mail: Mail) -> str:
    """Return what became of a mail, as a column shows it."""
    return capfirst(state_words(mail))


def describe_kind(notice: Notice) -> str:
    """Return what a notice is about, as a column shows it."""
    return capfirst(notice.about)


def describe_notice_state(notice: Notice) -> str:
    """Return what became of a notice, as a column shows it."""
    return capfirst(notice.get_state_display())


def describe_reason(notice: Notice) -> str:
    """Return why a notice was not sent, as a column shows it."""
    return capfirst(notice.why_not) or "–"


class MailFilterSet(WagtailFilterSet):
    """Narrow mails by what became of them and by day."""

    local_on = django_filters.DateFromToRangeFilter(label=_("Day"))

    class Meta:
        model = Mail
        fields = ["state", "local_on"]


class MailInspectView(generic.InspectView):
    """One mail as it was sent; one of unknown fate offers to be sent again."""

    template_name = "standardbearer/lms/messages/admin/mail.html"

    def get_page_subtitle(self) -> str:
        """Return the mail's subject."""
        return str(self.object.subject or self.object.recipient)

    def get_state_display_value(self) -> str:
        """Return what became of it."""
        return describe_state(self.object)

    def get_text_display_value(self) -> SafeString:
        """Return the text with its lines."""
        return linebreaksbr(self.object.text)

    def get_last_error_display_value(self) -> str:
        """Return what the mail server said last."""
        return str(self.object.last_error or "–")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the address of the button where it may be pressed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.object.state == Mail.State.UNKNOWN and may_send_again(self.request, self.object):
            context["send_again_url"] = reverse("sb-mails:send_again", args=[self.object.pk])
        return context


def may_send_again(request: HttpRequest, mail: Mail) -> bool:
    """Return whether the user may decide that a mail goes out a second time."""
    return may(request.user, "send_again", MESSAGE, mail.recipient)


@require_POST
def send_again(request: HttpRequest, pk: str) -> HttpResponse:
    """Put a mail of unknown fate back among those to send; a mail out of scope is unknown."""
    policy = policy_registry.get_by_type(Mail)
    rows = policy.instances_user_has_permission_for(request.user, "view")
    mail = rows.select_related("recipient__home_branch__region").filter(pk=pk).first()
    if mail is None:
        raise Http404
    if not may_send_again(request, mail):
        raise PermissionDenied
    try:
        retry_unknown_mail(mail=mail, now=timezone.now())
    except LmsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The mail goes out again within a minute."))
    return HttpResponseRedirect(reverse("sb-mails:inspect", args=[mail.pk]))


class MailViewSet(ScopedViewSet):
    """Mails, as they were sent."""

    model = Mail
    inspect_view_class = MailInspectView
    icon = "mail"
    name = "sb-mails"
    menu_label = _("Mails")
    list_display = [
        "recipient",
        Column("subject", label=_("Subject"), accessor=name_subject, sort_key="subject"),
        Column("local_on", label=_("Day"), sort_key="local_on"),
        Column("state", label=_("What became of it"), accessor=describe_state, sort_key="state"),
    ]
    filterset_class = MailFilterSet
    search_fields = ["subject", "recipient__employee_number", "recipient__family_name"]
    ordering = ["-due_at", "-pk"]
    related = ("recipient",)
    inspect_view_fields = [
        "recipient",
        "address",
        "local_on",
        "state",
        "finished_at",
        "tries",
        "last_error",
        "subject",
        "text",
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Add the address of the one button."""
        again = path("send-again/<int:pk>/", send_again, name="send_again")
        return [*super().get_urlpatterns(), again]


class NoticeFilterSet(WagtailFilterSet):
    """Narrow notices by state, kind and day."""

    kind = django_filters.ChoiceFilter(choices=list(KIND_WORDS.items()), label=_("Kind"))
    target_on = django_filters.DateFromToRangeFilter(label=_("Target day"))

    class Meta:
        model = Notice
        fields = ["state", "kind", "target_on"]


class NoticeInspectView(generic.InspectView):
    """One notice in words."""

    def get_page_subtitle(self) -> str:
        """Return what it is about and whom it was for."""
        return f"{describe_kind(self.object)}: {self.object.recipient}"

    def get_mail_display_value(self) -> str:
        """Return the subject of the mail that holds it."""
        mail = self.object.mail
        return str(mail.subject) if mail is not None else "–"

    def get_kind_display_value(self) -> str:
        """Return what it is about."""
        return describe_kind(self.object)

    def get_state_display_value(self) -> str:
        """Return what became of it."""
        return describe_notice_state(self.object)

    def get_reason_display_value(self) -> str:
        """Return why it was not sent."""
        return describe_reason(self.object)


class NoticeViewSet(ScopedViewSet):
    """What people were to be told: each in a mail, or with the reason why not."""

    model = Notice
    inspect_view_class = NoticeInspectView
    icon = "comment"
    name = "sb-notices"
    menu_label = _("Notices")
    list_display = [
        "recipient",
        Column("kind", label=_("Kind"), accessor=describe_kind, sort_key="kind"),
        "target_on",
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=describe_notice_state,
            sort_key="state",
            primary=lambda notice: notice.state == Notice.State.IN_MAIL,
        ),
        Column("reason", label=_("Why it was not sent"), accessor=describe_reason),
    ]
    filterset_class = NoticeFilterSet
    search_fields = ["recipient__employee_number", "recipient__family_name"]
    ordering = ["-due_at", "-pk"]
    related = ("recipient",)
    inspect_view_fields = [
        "recipient",
        "kind",
        "offset_days",
        "target_on",
        "due_at",
        "state",
        "reason",
        "mail",
    ]


class MessagesViewSetGroup(ModelViewSetGroup):
    """One entry of the admin's menu for what people were told."""

    menu_label = _("Messages")
    menu_icon = "mail"
    menu_name = "messages"
    menu_order = 230
    items = (MailViewSet, NoticeViewSet)
