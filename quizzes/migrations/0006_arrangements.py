"""Exceptions per person and branch, extra time, being let in."""

import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sb_lms', '0006_confirmed_again'),
        ('sb_quizzes', '0005_quiz_passed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Accommodation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('factor', models.DecimalField(decimal_places=2, help_text='From 1 to 3, for example 1.25 for a quarter more.', max_digits=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3)], verbose_name='times the usual time')),
                ('until_on', models.DateField(blank=True, help_text='Left empty: for good.', null=True, verbose_name='until')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sb_lms.employee', verbose_name='person')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'extra time',
                'verbose_name_plural': 'extra time',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('factor__gte', 1), ('factor__lte', 3)), name='sb_quizzes_accommodation_factor', violation_error_message='Choose a factor from 1 to 3.'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('employee',), name='sb_quizzes_accommodation_one_open', violation_error_message='This person has extra time already.')],
            },
        ),
        migrations.CreateModel(
            name='QuizOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('extra_tries', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(20)], verbose_name='extra tries')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Left empty: when the quiz does.', null=True, verbose_name='closes')),
                ('time_limit_minutes', models.PositiveSmallIntegerField(blank=True, help_text='Left empty: as many as the quiz gives.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes to answer')),
                ('no_cool_down', models.BooleanField(default=False, verbose_name='no waiting between tries')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quiz_overrides', to='sb_lms.branch', verbose_name='branch')),
                ('employee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quiz_overrides', to='sb_lms.employee', verbose_name='person')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='sb_quizzes.quiz')),
            ],
            options={
                'verbose_name': 'exception',
                'verbose_name_plural': 'exceptions',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('branch__isnull', False), ('employee__isnull', True)), models.Q(('branch__isnull', True), ('employee__isnull', False)), _connector='OR'), name='sb_quizzes_quizoverride_person_or_branch', violation_error_message='Name a person or a branch, not both.'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('quiz', 'employee'), name='sb_quizzes_quizoverride_one_per_person', violation_error_message='There is an exception for this person already.'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('quiz', 'branch'), name='sb_quizzes_quizoverride_one_per_branch', violation_error_message='There is an exception for this branch already.')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('released_at', models.DateTimeField(verbose_name='let in at')),
                ('attempt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='release', to='sb_quizzes.attempt')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sb_lms.employee')),
                ('quiz', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='sb_quizzes.quiz')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'release',
                'verbose_name_plural': 'releases',
                'ordering': ['-released_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('attempt__isnull', True)), fields=['employee', 'quiz'], name='sb_quizzes_release_usable')],
            },
        ),
    ]
