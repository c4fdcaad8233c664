"""Addresses of quizzes, relative to where the plugin is mounted."""

from django.urls import URLPattern

app_name = "sb_quizzes"
urlpatterns: list[URLPattern] = []
