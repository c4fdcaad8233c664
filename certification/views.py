"""My training: the page people start from."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView


class HomeView(LoginRequiredMixin, TemplateView):
    """What is next and by when, all certifications, and what was done."""

    template_name = "standardbearer/certification/home.html"
