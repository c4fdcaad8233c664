"""Open answers that people mark: whose turn it is, and what each marker gave."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sb_lms', '0006_confirmed_again'),
        ('sb_quizzes', '0006_arrangements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='itemgrade',
            name='told',
            field=models.JSONField(default=dict, verbose_name='told to the learner'),
        ),
        migrations.AddField(
            model_name='quiz',
            name='second_marking',
            field=models.CharField(choices=[('never', 'never'), ('deciding', 'when an answer decides the pass'), ('always', 'always')], default='never', max_length=8, verbose_name='a second person marks open answers'),
        ),
        migrations.CreateModel(
            name='OpenAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.CharField(choices=[('first', 'first marker'), ('held', 'waits for the other answers of the attempt'), ('second', 'second marker'), ('third', 'third person decides'), ('done', 'marked')], default='first', max_length=8, verbose_name='turn')),
                ('version', models.PositiveSmallIntegerField(default=0, verbose_name='marks given')),
                ('handed_in_at', models.DateTimeField(verbose_name='handed in')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='marked at')),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='open_answers', to='sb_quizzes.attempt')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='open_answer', to='sb_quizzes.attemptitem', verbose_name='answer')),
            ],
            options={
                'verbose_name': 'answer to mark',
                'verbose_name_plural': 'answers to mark',
                'ordering': ['handed_in_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('first', 'first marker'), ('second', 'second marker'), ('third', 'third person, decided'), ('correction', 'correction')], max_length=10, verbose_name='as')),
                ('levels', models.JSONField(verbose_name='levels')),
                ('share', models.CharField(max_length=80, verbose_name='share of the mark')),
                ('comment', models.TextField(blank=True, verbose_name='comment to the learner')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='reason')),
                ('marked_at', models.DateTimeField(verbose_name='marked at')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='marker')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='sb_quizzes.openanswer')),
            ],
            options={
                'verbose_name': 'mark of a person',
                'verbose_name_plural': 'marks of people',
                'ordering': ['answer_id', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='openanswer',
            index=models.Index(condition=models.Q(('turn', 'done'), _negated=True), fields=['handed_in_at'], name='sb_quizzes_openanswer_waiting'),
        ),
        migrations.AddConstraint(
            model_name='openanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', False), ('turn', 'done')), models.Q(models.Q(('turn', 'done'), _negated=True), ('settled_at__isnull', True)), _connector='OR'), name='sb_quizzes_openanswer_done_has_moment', violation_error_message='A marked answer must say when it was marked.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'correction'), _negated=True), fields=('answer', 'role'), name='sb_quizzes_mark_role_once', violation_error_message='Somebody has marked this answer meanwhile.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.UniqueConstraint(condition=models.Q(('role', 'correction'), _negated=True), fields=('answer', 'marker'), name='sb_quizzes_mark_person_once', violation_error_message='You have marked this answer already.'),
        ),
        migrations.AddConstraint(
            model_name='mark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role', 'correction'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sb_quizzes_mark_correction_has_reason', violation_error_message='A correction needs a reason.'),
        ),
    ]
