"""Whether a quiz is passed with an attempt: not the attempt's own pass where another try counts."""

from django.db import migrations, models
from django.db.models import F


def copy_pass(apps, schema_editor):
    results = apps.get_model('sb_quizzes', 'AttemptResult').objects
    scored = results.filter(attempt__purpose='scored').values('pk')
    results.filter(pk__in=scored).update(quiz_passed=F('passed'))


class Migration(migrations.Migration):

    dependencies = [
        ('sb_quizzes', '0004_quiz_feedback'),
    ]

    operations = [
        migrations.AddField(
            model_name='attemptresult',
            name='quiz_passed',
            field=models.BooleanField(default=False, verbose_name='quiz passed with it'),
            preserve_default=False,
        ),
        migrations.RunPython(copy_pass, migrations.RunPython.noop),
    ]
