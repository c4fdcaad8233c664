"""Designs of certificates: versions, logos, previews; old certificates stay as they were."""

import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, PngImagePlugin

import certification as package
from certification.awards.actions import refresh_people
from certification.certificates.actions import Look, add_design, change_design, read_logo
from certification.certificates.models import CertificateDesign, CertificateDesignVersion
from certification.certificates.reads import describe_sample, draw_pdf, find_look, make_look
from certification.certificates.rules import ACCENTS, MAX_LOGO, find_contrast
from lms.api import InvalidInputError, NotAllowedError, RuleError
from tests.certification.factories import NOW, assign, confirm, make_simple_certification
from tests.certification.people import make_award
from tests.lms.factories import make_granted, make_person

ROOT = Path(package.__file__).parent
# Version 1 is what certificates that exist were drawn with. Change the look in a version 2.
TEMPLATE = "templates/standardbearer/certification/certificates/v1.html"
STYLE = "static/standardbearer/certification/certificate-v1.css"
RELEASED = {
    TEMPLATE: "97b66f5d35e78a35b2285fe746128ba22eebba2645f58860814472da67149c7a",
    STYLE: "8774e093e93fecaafb6f461384af754f1a4b73184b5dc9829b74a7f62b9df01f",
}
PLAIN = Look(layout="plain", accent="navy", signatory="Ada Lovelace", signatory_role="Head of HR")


def make_picture(size=(40, 20), form="PNG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, "#0b5d4e").save(out, form, **options)
    return out.getvalue()


def test_every_colour_can_be_read_on_white_paper():
    assert all(find_contrast(tint.strong) >= 7 for tint in ACCENTS.values())
    assert find_contrast("#ffffff") == 1
    assert find_contrast("#000000") == 21


def test_choices_of_the_form_are_the_colours_that_can_be_drawn():
    assert set(CertificateDesignVersion.Accent.values) == set(ACCENTS)


@pytest.mark.parametrize("path", sorted(RELEASED))
def test_templates_of_a_released_version_never_change(path):
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == RELEASED[path]


def test_a_logo_is_made_small_and_loses_what_was_hidden_in_it():
    secret = PngImagePlugin.PngInfo()
    secret.add_text("Comment", "taken at home")
    clean = read_logo(make_picture((3000, 600), pnginfo=secret))
    with Image.open(io.BytesIO(clean)) as picture:
        assert (picture.format, picture.size) == ("PNG", (900, 180))
        assert picture.width <= MAX_LOGO[0]
    assert b"taken at home" not in clean


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 not a picture",
        make_picture()[:40],
        make_picture(form="GIF"),
        b"x" * 2_000_001,
    ],
)
def test_what_is_no_small_picture_is_refused_at_its_field(content):
    with pytest.raises(InvalidInputError) as caught:
        read_logo(content)
    assert caught.value.field == "logo"


def test_a_picture_of_too_many_pixels_is_refused():
    with pytest.raises(InvalidInputError):
        read_logo(make_picture((9000, 9000), optimize=True))


@pytest.mark.django_db
class TestVersions:
    """Each edit is a version."""

    def test_an_edit_writes_a_version_and_the_same_look_none(self):
        design = add_design(name="House", look=PLAIN, actor=None, now=NOW)
        again = change_design(
            design=design, name="Our house", look=PLAIN, seen=1, actor=None, now=NOW
        )
        assert (again.number, again.name) == (1, "Our house")
        band = Look(layout="band", accent="plum", logo=read_logo(make_picture()))
        assert (
            change_design(
                design=design, name="House", look=band, seen=1, actor=None, now=NOW
            ).number
            == 2
        )
        assert [row.layout for row in design.versions.order_by("number")] == ["plain", "band"]

    def test_who_started_from_an_older_version_is_told(self):
        design = add_design(name="House", look=PLAIN, actor=None, now=NOW)
        change_design(
            design=design, name="House", look=Look("band", "pine"), seen=1, actor=None, now=NOW
        )
        with pytest.raises(RuleError) as caught:
            change_design(design=design, name="House", look=PLAIN, seen=1, actor=None, now=NOW)
        assert caught.value.code == "changed_meanwhile"

    def test_names_are_given_once(self):
        add_design(name="House", look=PLAIN, actor=None, now=NOW)
        with pytest.raises(InvalidInputError) as caught:
            add_design(name="House", look=PLAIN, actor=None, now=NOW)
        assert caught.value.field == "name"
        assert CertificateDesign.objects.count() == 1

    def test_only_hr_writes_designs(self):
        for role in ("regional_hr", "auditor", "trainer", "branch_manager"):
            with pytest.raises(NotAllowedError):
                add_design(name="House", look=PLAIN, actor=make_granted(role), now=NOW)
        add_design(name="House", look=PLAIN, actor=make_granted("hr"), now=NOW)

    def test_a_certificate_keeps_the_design_it_was_awarded_with(self):
        certification, standard = make_simple_certification()
        design = add_design(name="House", look=PLAIN, actor=None, now=NOW)
        certification.design = design
        certification.save()
        person = make_person()
        assign(person, certification)
        later = NOW + timedelta(days=1)
        confirm(person, standard, later)
        refresh_people(employee_ids=[person.pk], now=later)
        award = person.awards.get()
        assert award.frozen["design"] == {"uuid": str(design.uuid), "number": 1}
        change_design(
            design=design, name="House", look=Look("band", "plum"), seen=1, actor=None, now=NOW
        )
        assert find_look(award).layout == "plain"

    def test_the_page_shows_the_logo_to_whom_the_certificate_is_shown(self, client):
        logo = read_logo(make_picture())
        design = add_design(
            name="House", look=Look("plain", "navy", logo=logo), actor=None, now=NOW
        )
        award = make_award(start=NOW.date(), until=NOW.date() + timedelta(days=9))
        address = reverse("sb_certification:certificate_logo", args=[award.uuid])
        client.force_login(award.employee.user)
        assert client.get(address).status_code == 404
        award.frozen = award.frozen | {"design": {"uuid": str(design.uuid), "number": 1}}
        award.save()
        assert client.get(address).content == logo
        page = client.get(reverse("sb_certification:certificate_page", args=[award.uuid]))
        assert f'src="{address}"' in page.content.decode()
        client.force_login(make_person().user)
        assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_each_layout_draws_one_page_the_same_each_time():
    for layout in CertificateDesignVersion.Layout.values:
        look = make_look({"layout": layout, "accent": "brick", "logo": read_logo(make_picture())})
        words = describe_sample()
        one = draw_pdf(words, look, b"same")
        assert one == draw_pdf(words, look, b"same")
        assert one.startswith(b"%PDF")
        assert one.count(b"/Type /Page\n") + one.count(b"/Type /Page ") <= 1


@pytest.mark.django_db
class TestScreens:
    """HR's screens."""

    data = {
        "name": "House style",
        "layout": "band",
        "accent": "navy",
        "signatory": "Helena Vogt",
        "signatory_role": "Head of HR",
    }

    def test_hr_adds_a_design_with_a_logo_and_changes_it(self, client):
        client.force_login(make_granted("hr"))
        logo = SimpleUploadedFile("logo.png", make_picture())
        answer = client.post(reverse("sb_designs:add"), self.data | {"logo": logo})
        assert answer.status_code == 302
        design = CertificateDesign.objects.get()
        assert design.versions.get().logo_digest
        edit = reverse("sb_designs:edit", args=[design.uuid])
        assert "Helena Vogt" in client.get(edit).content.decode()
        client.post(edit, self.data | {"layout": "plain", "seen": "1"})
        newest = design.versions.get(number=2)
        assert (newest.layout, bool(newest.logo)) == ("plain", True)
        client.post(edit, self.data | {"without_logo": "on", "seen": "2"})
        assert not design.versions.get(number=3).logo

    def test_a_preview_saves_nothing(self, client):
        client.force_login(make_granted("hr"))
        answer = client.post(reverse("sb_designs:add"), self.data | {"preview": "1"})
        assert answer["Content-Type"] == "application/pdf"
        assert not CertificateDesign.objects.exists()

    def test_a_wrong_file_keeps_what_was_typed(self, client):
        client.force_login(make_granted("hr"))
        logo = SimpleUploadedFile("logo.png", b"<html>")
        page = client.post(reverse("sb_designs:add"), self.data | {"logo": logo})
        assert set(page.context["form"].errors) == {"logo"}
        assert "Helena Vogt" in page.content.decode()

    def test_readers_look_and_others_are_refused(self, client):
        design = add_design(name="House", look=PLAIN, actor=None, now=NOW)
        addresses = {
            name: reverse(f"sb_designs:{name}", args=args)
            for name, args in (
                ("index", ()),
                ("preview", (design.uuid, 1)),
                ("add", ()),
                ("edit", (design.uuid,)),
            )
        }
        client.force_login(make_granted("auditor"))
        assert client.get(addresses["index"]).status_code == 200
        assert client.get(addresses["preview"]).status_code == 200
        assert client.get(addresses["add"]).status_code in (302, 403)
        assert client.post(addresses["edit"], self.data | {"seen": 1}).status_code in (302, 403)
        client.force_login(make_granted("trainer"))
        assert client.get(addresses["index"]).status_code in (302, 403)
        design.refresh_from_db()
        assert design.number == 1
