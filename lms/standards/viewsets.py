"""Standards in Wagtail's admin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import django_filters
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.models import Revision, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.snippets.action_menu import PublishMenuItem, UnpublishMenuItem
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from lms.organisation.models import Employee
from lms.organisation.reads import is_held
from lms.standards.actions import combine_impacts
from lms.standards.blocks import translate_choices
from lms.standards.forms import StandardForm
from lms.standards.models import Standard, StandardCategory, StandardVersion
from lms.standards.permissions import StandardPermissionPolicy
from lms.standards.reads import count_acknowledged
from lms.standards.rules import CHANNELS

View = Callable[..., HttpResponseBase]


def _describe_channels(standard: Standard) -> str:
    names = dict(translate_choices(CHANNELS))
    return ", ".join(str(names.get(code, code)) for code in standard.channels)


def _describe_review(standard: Standard) -> str:
    return date_format(standard.next_review_on) if standard.next_review_on else ""


def _describe_status(standard: Any) -> str:
    # Wagtail would ask the database for each row; the list's own query knows already.
    standard.scheduled_revision = standard.has_schedule or None
    return str(standard.status_string)


def offer_publishing(menu: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Show "publish" and "unpublish" to whom the model's own policy lets publish.

    Wagtail's menu asks for a permission of Django instead, which grants do not give. Called by
    the hook ``construct_snippet_action_menu`` for every model; changes those of this plugin.
    """
    model, instance = context["model"], context.get("instance")
    label = model._meta.app_label  # noqa: SLF001 - Django documents it
    if not label.startswith("sb_") or context.get("locked_for_user"):
        return
    menu[:] = [item for item in menu if item.name not in {"action-publish", "action-unpublish"}]
    policy = policy_registry.get_by_type(model)
    if not context["draftstate_enabled"] or not policy.user_has_permission(request.user, "publish"):
        return
    menu.append(PublishMenuItem(order=30))
    if context["view"] == "edit" and instance is not None and instance.live:
        menu.append(UnpublishMenuItem(order=20))
    menu.sort(key=lambda item: item.order)


def keep_what_is_held(request: HttpRequest, things: Sequence[Any]) -> HttpResponse | None:
    """Refuse in words to delete what went live or is in use.

    Called by the hook ``before_delete_snippet`` for every model; looks at those of this plugin.
    """
    for thing in things:
        if thing._meta.app_label.startswith("sb_") and is_held(thing):  # noqa: SLF001
            words = _("“%(thing)s” has been live or is in use, so it stays. Unpublish it instead.")
            messages.error(request, words % {"thing": thing})
            return redirect(thing.snippet_viewset.get_url_name("list"))
    return None


def hide_deleting(buttons: list[Any], thing: Any, _user: object) -> None:
    """Take "delete" out of the menu of what stays; Wagtail asks about the model as a whole.

    Called by the hook ``construct_snippet_listing_buttons`` for every row of every list.
    """
    if thing._meta.app_label.startswith("sb_") and is_held(thing):  # noqa: SLF001
        address = reverse(thing.snippet_viewset.get_url_name("delete"), args=[quote(thing.pk)])
        buttons[:] = [button for button in buttons if getattr(button, "url", "") != address]


class ImpactPanel(HelpPanel):
    """Whom a material change would reach, and how many have confirmed the present text."""

    class BoundPanel(HelpPanel.BoundPanel):
        """The panel with the figures of one standard."""

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the figures; only a standard that was live has any."""
            context: dict[str, Any] = super().get_context_data(parent_context)
            standard = self.instance
            if standard.pk and standard.live:
                people = Employee.objects.visible_to(self.request.user)
                today = timezone.localdate()
                context["impact"] = combine_impacts(standard)
                context["confirmed"], context["asked"] = count_acknowledged(
                    standard=standard, employees=people, on=today
                )
            return context


def guard_drafts(view: View) -> View:
    """Open a screen about one standard only to who may change that very standard.

    Wagtail asks about the model; edit, history, compare, revert and usage would show a trainer
    the drafts of others.
    """
    policy = StandardPermissionPolicy(Standard)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            standard = Standard.objects.filter(pk=kwargs["pk"]).first()
            if standard is None:
                raise Http404
            if not policy.user_has_permission_for_instance(request.user, "change", standard):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


RULE_PANELS = [
    FieldPanel("code", help_text=_("Short and lasting, for example PHONE-01. Staff quote it.")),
    FieldPanel("title", help_text=_("What to do, in one line: “Answer the phone within 3 rings”.")),
    FieldPanel(
        "statement",
        help_text=_("The rule in two or three sentences: who does what, when, and how well."),
    ),
    FieldPanel(
        "measures",
        help_text=_(
            "The number to reach. It prints as a sentence, so read it aloud in the preview. "
            "For “when … then …” rules fill in the last two fields."
        ),
    ),
    FieldPanel(
        "promise",
        help_text=_("The same rule in the customer’s words: “Someone picks up at once”."),
    ),
    MultiFieldPanel(
        [
            FieldPanel("force", help_text=_("Mandatory: must. Advisory: should.")),
            FieldPanel("kind", help_text=_("Something to do, to leave, or to recommend.")),
            FieldPanel(
                "category", help_text=_("Staff filter by it. New ones: Categories in this menu.")
            ),
            FieldPanel(
                "safety_critical", help_text=_("Somebody can get hurt when this is not kept.")
            ),
            FieldPanel(
                "needs_acknowledgement",
                help_text=_("Everybody confirms each version by name. For policies."),
            ),
        ],
        heading=_("What kind of rule it is"),
    ),
]
HOW_PANELS = [
    FieldPanel("steps", help_text=_("One step a line, in the order in which they are done.")),
    FieldPanel("wording_do", help_text=_("Sample sentences staff can use as they are.")),
    FieldPanel("wording_dont", help_text=_("What customers must never hear or see.")),
    FieldPanel(
        "eligibility", help_text=_("For refunds: one rule a line, who can have it and until when.")
    ),
    FieldPanel(
        "escalation",
        help_text=_(
            "For complaints: who takes it next and within what time. The last level is outside of "
            "the company, for example a dispute body."
        ),
    ),
]
WHY_PANELS = [
    FieldPanel("rationale_staff", help_text=_("What staff gain from it. People keep what helps.")),
    FieldPanel("rationale_customer", help_text=_("What customers gain from it.")),
    FieldPanel("needs", help_text=_("Tick what it gives customers.")),
    FieldPanel("evidence", help_text=_("Complaints, surveys, audits: how you know it is needed.")),
]
WHERE_PANELS = [
    FieldPanel("channels", help_text=_("Staff find the standard under these.")),
    FieldPanel("journey_stage"),
    FieldPanel("branch_kinds", help_text=_("None ticked: all branches.")),
    FieldPanel("job_roles", help_text=_("None chosen: all job roles.")),
]
BASIS_PANELS = [
    FieldPanel("basis", help_text=_("Who asks for it.")),
    FieldPanel("basis_reference", help_text=_("Section, article or clause.")),
    FieldPanel("basis_edition", help_text=_("Year or number of that edition.")),
    FieldPanel("former_form", help_text=_("So that the old paper can be thrown away.")),
    FieldPanel("owner", help_text=_("Who answers questions about it. Empty: you.")),
    FieldPanel("review_months", help_text=_("How often somebody checks that it still fits.")),
    FieldPanel("next_review_on", help_text=_("Empty: counted from the first publication.")),
]
CHANGE_PANELS: list[Any] = [
    HelpPanel(
        content=_(
            "<p>Asked each time a live standard is published again, and empty afterwards. "
            "A first version needs no answer; neither does a draft.</p>"
            "<p>After a <b>material</b> change, people who are certified learn what is new. "
            "After an <b>editorial</b> one nobody has to do anything.</p>"
        )
    ),
    FieldPanel("change"),
    FieldPanel("change_note", help_text=_("Staff read it: “Two rings instead of three”.")),
    ImpactPanel(
        template="standardbearer/lms/standards/impact_panel.html", heading=_("Whom it reaches")
    ),
]


class StandardFilterSet(WagtailFilterSet):
    """Narrow the list by force, category, kind, status and review."""

    next_review_on = django_filters.DateFromToRangeFilter(label=_("Next review"))

    class Meta:
        model = Standard
        fields = ["category", "force", "kind", "needs_acknowledgement", "live", "next_review_on"]


class StandardViewSet(SnippetViewSet):
    """Standards: drafted, previewed, approved, published."""

    model = Standard
    icon = "list-ol"
    menu_label = _("Standards")
    menu_name = "standards"
    filterset_class = StandardFilterSet
    list_per_page = 50
    ordering = ["code"]
    copy_view_enabled = False
    index_results_template_name = "standardbearer/lms/admin/own_drafts.html"
    search_fields = ["code", "title", "promise"]
    search_backend_name = None
    list_display = [
        "code",
        "title",
        Column("force", label=_("Force"), accessor="get_force_display", sort_key="force"),
        "category",
        Column("channels", label=_("Channels"), accessor=_describe_channels),
        Column("live_version", label=_("Version"), accessor="live_version"),
        Column(
            "next_review_on",
            label=_("Next review"),
            accessor=_describe_review,
            sort_key="next_review_on",
        ),
        StatusTagColumn(
            "status",
            label=_("Status"),
            accessor=_describe_status,
            sort_key="live",
            primary=lambda standard: standard.live,
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(RULE_PANELS, heading=_("The rule")),
            ObjectList(HOW_PANELS, heading=_("How")),
            ObjectList(WHY_PANELS, heading=_("Why")),
            ObjectList(WHERE_PANELS, heading=_("Where it applies")),
            ObjectList(BASIS_PANELS, heading=_("Basis and review")),
            ObjectList(CHANGE_PANELS, heading=_("This change")),
        ],
        base_form_class=StandardForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standard]:
        """Return the standards the user may change, with the number of their newest version."""
        newest = StandardVersion.objects.filter(standard_id=OuterRef("pk")).order_by("-number")
        policy = StandardPermissionPolicy(Standard)
        mine: QuerySet[Standard] = policy.instances_user_has_permission_for(request.user, "change")
        scheduled = Revision.objects.filter(
            base_content_type=Standard.get_base_content_type(),
            object_id=Cast(OuterRef("pk"), CharField()),
            approved_go_live_at__isnull=False,
        )
        rows: QuerySet[Standard] = mine.select_related("category", "latest_revision").annotate(
            live_version=Subquery(newest.values("number")[:1]),
            has_schedule=Exists(scheduled),
            is_held=Exists(newest),
        )
        # Under this name Wagtail looks for the states before it asks for each row.
        states = WorkflowState.objects.active().select_related("current_task_state__task")
        return rows.prefetch_related(
            Prefetch("_workflow_states", queryset=states, to_attr="_current_workflow_states")
        )

    def construct_view(self, view_class: type[Any], **options: Any) -> View:
        """Return the view, guarded."""
        return guard_drafts(super().construct_view(view_class, **options))


class StandardCategoryViewSet(SnippetViewSet):
    """What standards are about: the company's own list."""

    model = StandardCategory
    icon = "tag"
    menu_label = _("Categories")
    menu_name = "standard-categories"
    list_display = ["name", "slug"]
    search_fields = ["name"]
    search_backend_name = None
    panels = [
        FieldPanel("name", help_text=_("As staff say it: complaints, refunds, appearance.")),
        FieldPanel("slug", help_text=_("Short name for files and links, without spaces.")),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StandardCategory]:
        """Return the categories, knowing which ones are in use."""
        used = Standard.objects.filter(category_id=OuterRef("pk"))
        return StandardCategory.objects.annotate(is_held=Exists(used))


class StandardsViewSetGroup(SnippetViewSetGroup):
    """One entry of the admin's menu for standards and their categories."""

    menu_label = _("Standards")
    menu_icon = "list-ol"
    menu_name = "service-standards"
    menu_order = 210
    items: list[Any] = [StandardViewSet, StandardCategoryViewSet]
