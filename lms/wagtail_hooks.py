"""What Wagtail's admin is told of ``lms``: registrations, no logic."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from lms.messages.permissions import POLICIES as MESSAGE_POLICIES
from lms.messages.viewsets import MessagesViewSetGroup
from lms.organisation.permissions.policies import POLICIES
from lms.organisation.viewsets import OrganisationViewSetGroup
from lms.standards.models import Standard, StandardCategory
from lms.standards.permissions import StandardPermissionPolicy
from lms.standards.viewsets import (
    StandardsViewSetGroup,
    hide_deleting,
    keep_what_is_held,
    offer_publishing,
)

# Policies first: Wagtail keeps a fallback of its own for a model it was asked about too early.
register_permission_policy(Standard, StandardPermissionPolicy(Standard))
register_permission_policy(StandardCategory, StandardPermissionPolicy(StandardCategory))
for model, policy in (*POLICIES, *MESSAGE_POLICIES):
    register_permission_policy(model, policy)
register_snippet(StandardsViewSetGroup)
hooks.register("register_admin_viewset", OrganisationViewSetGroup)
hooks.register("register_admin_viewset", MessagesViewSetGroup)
hooks.register("construct_snippet_action_menu", offer_publishing)
hooks.register("before_delete_snippet", keep_what_is_held)
hooks.register("construct_snippet_listing_buttons", hide_deleting)
