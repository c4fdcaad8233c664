"""The plugin's addresses, all four apps', relative to where a site mounts this module."""

from django.urls import include, path

from certification.certificates import views as certificates
from certification.proofs.views import evidence, sign_offs, wishes
from certification.reports import views as reports
from certification.training import views as training

own_patterns = [
    path("", training.show_home, name="home"),
    path("my/steps/<str:kind>/<uuid:target>/", training.open_step, name="step"),
    path("my/why/<str:code>/", training.show_why, name="why"),
    path("my/record/", training.show_record, name="record"),
    path("my/proofs/", evidence.show_proofs, name="proofs"),
    path("my/proofs/new/", evidence.hand_in, name="hand_in"),
    path("my/proofs/<uuid:uuid>/", evidence.show_proof, name="proof"),
    path("my/proofs/<uuid:uuid>/file/", evidence.fetch_file, name="proof_file"),
    path("my/proofs/<uuid:uuid>/withdraw/", evidence.withdraw, name="withdraw_proof"),
    path("my/practice/<uuid:target>/", sign_offs.show_practice, name="practice"),
    path("catalogue/", wishes.show_catalogue, name="catalogue"),
    path("catalogue/<str:code>/", wishes.show_offer, name="offer"),
    path("my/wishes/<uuid:uuid>/withdraw/", wishes.withdraw, name="withdraw_wish"),
    path("branch/wishes/", wishes.show_wishes, name="wishes"),
    path("branch/wishes/<uuid:uuid>/", wishes.decide, name="decide_wish"),
    path("branch/sign-offs/", sign_offs.show_candidates, name="sign_offs"),
    path("branch/sign-offs/<uuid:person>/<uuid:target>/", sign_offs.sign, name="sign"),
    path("branch/", reports.show_branch, name="branch"),
    path("branch/remind/", reports.send_reminders, name="remind"),
    path("branch/people/<uuid:uuid>/", reports.show_person, name="person"),
    path("my/certificates/<uuid:uuid>.pdf", certificates.download_certificate, name="certificate"),
    path("my/certificates/<uuid:uuid>/", certificates.show_certificate, name="certificate_page"),
    path("my/certificates/<uuid:uuid>/logo.png", certificates.send_logo, name="certificate_logo"),
    path("verify/", certificates.ask_for_code, name="verify_form"),
    path("verify/<str:code>/", certificates.verify_certificate, name="verify"),
]

urlpatterns = [
    path("", include((own_patterns, "sb_certification"))),
    path("", include("quizzes.urls")),
    path("", include("courses.urls")),
    path("", include("lms.urls")),
    path("api/v1/", include("certification.rest.urls")),
]
