"""What every table of the product keeps to."""

from pathlib import Path

from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import LABELS

BELOW = {label: set(LABELS[: place + 1]) for place, label in enumerate(LABELS)}


def find_models():
    """Return the models of the four apps, without tables that Django makes for itself."""
    return [model for label in LABELS for model in apps.get_app_config(label).get_models()]


def find_upward_keys(found):
    """Return every relation that points from an app to one above it."""
    upward = []
    for model in found:
        label = model._meta.app_label
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = field.remote_field and field.related_model
            if target and target._meta.app_label in set(LABELS) - BELOW[label]:
                upward.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    return upward


def test_foreign_keys_point_down():
    assert find_upward_keys(find_models()) == []


def test_foreign_key_that_points_up_is_found():
    class Upward(models.Model):
        award = models.ForeignKey("sb_certification.Award", models.PROTECT, related_name="+")

        class Meta:
            app_label = "sb_lms"

        def __str__(self) -> str:
            return "a model that no app may have"

    try:
        assert find_upward_keys([Upward]) == ["sb_lms.Upward.award → sb_certification.Award"]
    finally:
        del apps.all_models["sb_lms"]["upward"]
        apps.clear_cache()


def test_labels_and_table_names_leave_room_for_a_hosts_own_apps():
    assert {config.label for config in apps.get_app_configs()} >= set(LABELS)
    for model in find_models():
        assert model._meta.db_table.startswith(model._meta.app_label), model


def test_constraints_and_indexes_are_named_after_app_model_and_claim():
    badly = [
        item.name
        for model in find_models()
        for item in [*model._meta.constraints, *model._meta.indexes]
        if not item.name.startswith(f"{model._meta.app_label}_")
        or item.name.count("_") < model._meta.app_label.count("_") + 2
    ]
    assert not badly


def test_constraints_say_in_words_what_is_wrong():
    mute = [
        constraint.name
        for model in find_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message == constraint.default_violation_error_message
    ]
    assert not mute


def test_no_text_is_null():
    nullable = [
        f"{model._meta.label}.{field.name}"
        for model in find_models()
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and field.null
        and not field.unique
    ]
    assert not nullable


def test_facts_are_protected_from_the_deletion_of_what_they_name():
    facts = {
        "Acknowledgement", "Attempt", "AttemptItem", "ResponseEvent", "AttemptResult", "Play",
        "PlayStep", "LessonEvent", "CourseCompletion", "Assignment", "AssignmentEnd", "Exemption",
        "Cycle", "CycleEvidence", "Award", "AwardEvent", "Posting", "PostingEnd", "Absence",
        "AbsenceEnd",
    }  # fmt: skip
    found = {model.__name__: model for model in find_models()}
    assert facts <= set(found)
    loose = [
        f"{name}.{field.name}"
        for name in facts
        for field in found[name]._meta.local_fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE
    ]
    assert not loose


def test_migrations_are_named_by_hand_one_after_the_other_and_can_be_undone():
    loader = MigrationLoader(None)
    for label in LABELS:
        own = sorted(name for app, name in loader.disk_migrations if app == label)
        assert own, label
        assert len(loader.graph.leaf_nodes(label)) == 1, label
        assert not [name for name in own if "auto" in name or name.endswith("initial")]
        for name in own:
            migration = loader.disk_migrations[label, name]
            assert all(step.reversible for step in migration.operations), (label, name)


def test_migrations_stay_inside_the_package():
    for label in LABELS:
        config = apps.get_app_config(label)
        assert (Path(config.path) / "migrations" / "__init__.py").exists()
