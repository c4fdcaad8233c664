"""The lms app."""

from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class LmsConfig(AppConfig):
    """Label sb_lms, so that a host's own app of that name does not collide."""

    name = "lms"
    label = "sb_lms"
    verbose_name = _("Organisation, standards and messages")
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, app_name: str, app_module: ModuleType | Any) -> None:
        refuse_shadowed_packages()
        super().__init__(app_name, app_module)

    def ready(self) -> None:
        """Connect receivers and providers of the rooms."""
        from lms import checks, registry  # noqa: F401
        from lms.standards import receivers  # noqa: F401
        from lms.standards.views import list_navigation

        registry.navigation.register(list_navigation)


def refuse_shadowed_packages() -> None:
    """Say so at once when Python finds a package of the site under one of our names.

    A system check would come too late: the apps already fail to import each other.

    Raises:
        ImproperlyConfigured: naming the package and the folder it was found in.

    """
    home = Path(__file__).resolve().parents[1]
    for name in ("quizzes", "courses", "certification"):
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise ImproperlyConfigured(f"The package {name!r} of standardbearer is missing.")
        found = Path(spec.origin).resolve().parents[1]
        if found != home:
            raise ImproperlyConfigured(
                f"Python finds {name!r} in {found}, not beside 'lms' in {home}. A site that uses"
                f" standardbearer cannot have a top-level package {name!r} of its own. Move yours"
                f" into a package, such as mysite.{name}: its app label may stay as it is."
            )
