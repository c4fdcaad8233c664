"""Addresses of courses, relative to where the plugin is mounted."""

from django.urls import URLPattern

app_name = "sb_courses"
urlpatterns: list[URLPattern] = []
