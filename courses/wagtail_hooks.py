"""What courses add to Wagtail: registers, nothing else."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from courses.learning.models import Enrolment
from courses.learning.views import guard_pages
from courses.learning.viewsets import InspectOnlyPolicy, enrolment_viewset

register_permission_policy(Enrolment, InspectOnlyPolicy(Enrolment))
hooks.register("register_admin_viewset", lambda: enrolment_viewset)
# After Wagtail's own privacy check, which is the outermost.
hooks.register("on_serve_page", guard_pages, order=100)
