"""What is shown when, as a table of ticks in place of two choices."""

import quizzes.attempts.models.quizzes
from django.db import migrations, models

PHASES = ('during', 'right_after', 'later', 'after_close')
RELEASED = {'right_after': ['mark', 'feedback'], 'mark_only': ['mark'], 'never': []}


def to_ticks(release, reveal):
    shown = RELEASED.get(release, RELEASED['right_after'])
    if shown and reveal != 'never':
        shown = [*shown, 'right_answer']
    ticks = {phase: [] if phase == 'during' else shown for phase in PHASES}
    return ticks, reveal == 'right_after'


def to_choices(ticks, reveal_early):
    shown = ticks.get('right_after', [])
    release = 'right_after' if 'feedback' in shown else 'mark_only' if 'mark' in shown else 'never'
    if 'right_answer' not in shown:
        return release, 'never'
    return release, 'right_after' if reveal_early else 'no_try_left'


def find_drafts(apps):
    types = apps.get_model('contenttypes', 'ContentType').objects
    found = types.filter(app_label='sb_quizzes', model='quiz').first()
    revisions = apps.get_model('wagtailcore', 'Revision').objects
    return revisions.filter(content_type_id=found.pk) if found else revisions.none()


def tick(apps, schema_editor):
    for quiz in apps.get_model('sb_quizzes', 'Quiz').objects.all():
        quiz.feedback, quiz.reveal_early = to_ticks(quiz.release, quiz.reveal)
        quiz.save(update_fields=['feedback', 'reveal_early'])
    for draft in find_drafts(apps).iterator():
        ticks, early = to_ticks(draft.content.get('release'), draft.content.get('reveal'))
        draft.content |= {'feedback': ticks, 'reveal_early': early}
        draft.save(update_fields=['content'])


def choose(apps, schema_editor):
    for quiz in apps.get_model('sb_quizzes', 'Quiz').objects.all():
        quiz.release, quiz.reveal = to_choices(quiz.feedback, quiz.reveal_early)
        quiz.save(update_fields=['release', 'reveal'])


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('sb_quizzes', '0003_quiz_terms'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.AddField(
            model_name='quiz',
            name='feedback',
            field=models.JSONField(default=quizzes.attempts.models.quizzes.tick_all_after, verbose_name='what is shown when'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='reveal_early',
            field=models.BooleanField(default=False, verbose_name='Show right answers even while a further try is possible'),
        ),
        migrations.RunPython(tick, choose),
        migrations.RemoveField(
            model_name='quiz',
            name='release',
        ),
        migrations.RemoveField(
            model_name='quiz',
            name='reveal',
        ),
    ]
