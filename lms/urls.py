"""Addresses of organisation, standards and messages, relative to where the plugin is mounted."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from lms import views
from lms.messages import views as messages_views
from lms.standards import views as standards_views

app_name = "sb_lms"
urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password-reset/", views.PasswordResetView.as_view(), name="password_reset"),
    path("password-reset/done/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "password-reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password-reset/complete/",
        views.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("standards/", standards_views.show_standards, name="standards"),
    path("standards/<str:code>/", standards_views.show_standard, name="standard"),
    path("standards/<str:code>/acknowledge/", standards_views.confirm_standard, name="acknowledge"),
    path("my/messages/", messages_views.show_messages, name="messages"),
    path("my/messages/<uuid:uuid>/", messages_views.show_message, name="message"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
