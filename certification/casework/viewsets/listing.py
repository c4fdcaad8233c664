"""The list of people: find them, and choose what is to be done to them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from certification.casework.forms.people import BULK_FORMS, PeopleFilterForm
from certification.casework.permissions import may_do_to_many
from certification.casework.reads.people import PAGE_SIZE, read_people
from certification.casework.viewsets.acting import CaseMixin
from certification.reports.viewsets.screens import page_links

TITLE = gettext_lazy("People")


class PeopleMixin(CaseMixin):
    """The way back to the list."""

    header_icon = "group"

    def crumbs(self, *items: tuple[str, str]) -> list[dict[str, Any]]:
        """Return the way from the admin's home over the list."""
        way = [(reverse("sb_people:index"), str(TITLE)), *items] if items else [("", str(TITLE))]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in way)]


class PeopleView(PeopleMixin, TemplateView):
    """Everybody in reach who fits the filters, fifty a page."""

    template_name = "standardbearer/certification/admin/casework/people.html"
    page_title = TITLE

    @cached_property
    def form(self) -> PeopleFilterForm:
        """The filters, checked."""
        return PeopleFilterForm(self.request.GET, user=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return a page of the people."""
        number = self.request.GET.get("page", "1")
        people = read_people(
            user=self.user,
            query=self.form.query(),
            today=self.today,
            page=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
        )
        given = [
            (name, value) for name, value in self.request.GET.items() if name in self.form.fields
        ]
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "people": people,
            "given": given,
            "kinds": [
                (kind, BULK_FORMS[kind].title)
                for kind in BULK_FORMS
                if may_do_to_many(self.user, kind)
            ],
            "pages": page_links(self.request, people.page, people.count, PAGE_SIZE),
            "is_narrowed": self.form.is_narrowed,
        }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return self.crumbs()

    def get_header_buttons(self) -> list[Any]:
        """Return what was done to many."""
        return [
            HeaderButton(_("Done to many"), url=reverse("sb_people:bulks"), icon_name="history")
        ]
