import django.db.models.deletion
import modelcluster.fields
import modelsearch.index
import uuid
import wagtail.fields
import wagtail.models.preview
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('sb_lms', '0001_organisation'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandardCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='slug')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'category of standards',
                'verbose_name_plural': 'categories of standards',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Standard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('locked', models.BooleanField(default=False, editable=False, verbose_name='locked')),
                ('locked_at', models.DateTimeField(editable=False, null=True, verbose_name='locked at')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=160, verbose_name='title')),
                ('statement', wagtail.fields.RichTextField(verbose_name='the rule')),
                ('force', models.CharField(choices=[('mandatory', 'mandatory'), ('advisory', 'advisory')], default='mandatory', max_length=10, verbose_name='force')),
                ('kind', models.CharField(choices=[('requirement', 'requirement'), ('prohibition', 'prohibition'), ('recommendation', 'recommendation')], default='requirement', max_length=15, verbose_name='kind')),
                ('channels', models.JSONField(blank=True, default=list, verbose_name='channels')),
                ('journey_stage', models.CharField(blank=True, choices=[('before', 'before the purchase'), ('during', 'during the purchase'), ('after', 'after the purchase')], max_length=10, verbose_name='stage of the journey')),
                ('needs', models.JSONField(blank=True, default=list, verbose_name='customer needs it serves')),
                ('promise', models.TextField(blank=True, verbose_name='what the customer can expect')),
                ('rationale_staff', models.TextField(blank=True, verbose_name='why, for staff')),
                ('rationale_customer', models.TextField(blank=True, verbose_name='why, for the customer')),
                ('measures', wagtail.fields.StreamField([('measure', 11)], blank=True, block_lookup={0: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('count', 'number of things'), ('duration', 'time'), ('percent', 'per cent'), ('yes_no', 'done or not done'), ('level', 'level'), ('money', 'amount of money'), ('rate', 'rate, for example per hour')], 'label': 'Kind of measure'}), 1: ('wagtail.blocks.CharBlock', (), {'help_text': 'In a few words, for example: phone answered, problems solved.', 'label': 'What is measured', 'max_length': 120, 'required': False}), 2: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('at_most', 'at most'), ('at_least', 'at least'), ('exactly', 'exactly'), ('every', 'every time'), ('no_exception', 'every time, and one miss is one too many')], 'label': 'Comparison'}), 3: ('wagtail.blocks.DecimalBlock', (), {'help_text': 'The number to reach. Leave empty for “every time”.', 'label': 'Target', 'required': False}), 4: ('wagtail.blocks.CharBlock', (), {'help_text': 'In the plural: rings, minutes, hours, days, customers, euros.', 'label': 'Unit', 'max_length': 40, 'required': False}), 5: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('working', 'working hours only'), ('calendar', 'day and night')], 'help_text': 'For times only.', 'label': 'The clock runs', 'required': False}), 6: ('wagtail.blocks.DecimalBlock', (), {'help_text': 'Easier than the target.', 'label': 'Just acceptable', 'required': False}), 7: ('wagtail.blocks.DecimalBlock', (), {'help_text': 'Harder than the target.', 'label': 'Even better', 'required': False}), 8: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('phone', 'phone'), ('letter', 'letter'), ('email', 'e-mail'), ('chat', 'chat'), ('counter', 'counter'), ('floor', 'shop floor'), ('social', 'social media')], 'label': 'Channel', 'required': False}), 9: ('wagtail.blocks.CharBlock', (), {'help_text': 'For “when … then …” rules, for example: more than 3 customers wait.', 'label': 'When this happens', 'max_length': 200, 'required': False}), 10: ('wagtail.blocks.CharBlock', (), {'help_text': 'For example: open another till.', 'label': 'then do this', 'max_length': 200, 'required': False}), 11: ('wagtail.blocks.StructBlock', [[('type', 0), ('subject', 1), ('comparison', 2), ('target', 3), ('unit', 4), ('clock', 5), ('minimum', 6), ('stretch', 7), ('channel', 8), ('trigger', 9), ('action', 10)]], {})}, verbose_name='measures')),
                ('steps', wagtail.fields.StreamField([('line', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'description': 'One short line: one step, one sentence, one rule.', 'icon': 'minus', 'label': 'Line', 'max_length': 400, 'preview_template': 'standardbearer/lms/standards/blocks/preview.html', 'preview_value': 'Pick up by the third ring.', 'template': 'standardbearer/lms/standards/blocks/line.html'})}, verbose_name='steps, in order')),
                ('wording_do', wagtail.fields.StreamField([('line', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'description': 'One short line: one step, one sentence, one rule.', 'icon': 'minus', 'label': 'Line', 'max_length': 400, 'preview_template': 'standardbearer/lms/standards/blocks/preview.html', 'preview_value': 'Pick up by the third ring.', 'template': 'standardbearer/lms/standards/blocks/line.html'})}, verbose_name='say')),
                ('wording_dont', wagtail.fields.StreamField([('line', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'description': 'One short line: one step, one sentence, one rule.', 'icon': 'minus', 'label': 'Line', 'max_length': 400, 'preview_template': 'standardbearer/lms/standards/blocks/preview.html', 'preview_value': 'Pick up by the third ring.', 'template': 'standardbearer/lms/standards/blocks/line.html'})}, verbose_name="don't say")),
                ('eligibility', wagtail.fields.StreamField([('line', 0)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'description': 'One short line: one step, one sentence, one rule.', 'icon': 'minus', 'label': 'Line', 'max_length': 400, 'preview_template': 'standardbearer/lms/standards/blocks/preview.html', 'preview_value': 'Pick up by the third ring.', 'template': 'standardbearer/lms/standards/blocks/line.html'})}, verbose_name='who is eligible')),
                ('escalation', wagtail.fields.StreamField([('level', 3)], blank=True, block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Level', 'max_length': 80}), 1: ('wagtail.blocks.CharBlock', (), {'label': 'Who takes it', 'max_length': 200}), 2: ('wagtail.blocks.CharBlock', (), {'label': 'Within', 'max_length': 80}), 3: ('wagtail.blocks.StructBlock', [[('level', 0), ('who', 1), ('within', 2)]], {})}, verbose_name='escalation levels')),
                ('former_form', models.CharField(blank=True, choices=[('memo', 'memo'), ('quick_reply', 'quick reply'), ('document', 'document'), ('handbook', 'handbook'), ('unwritten', 'unwritten')], max_length=15, verbose_name='where it was written before')),
                ('branch_kinds', models.JSONField(blank=True, default=list, verbose_name='applies to kinds of branch')),
                ('basis', models.CharField(choices=[('company', 'company rule'), ('law', 'law'), ('contract', 'contract'), ('iso', 'ISO clause')], default='company', max_length=10, verbose_name='basis')),
                ('basis_reference', models.CharField(blank=True, max_length=200, verbose_name='reference')),
                ('basis_edition', models.CharField(blank=True, max_length=40, verbose_name='edition')),
                ('evidence', models.TextField(blank=True, verbose_name='how the need was found')),
                ('review_months', models.PositiveSmallIntegerField(default=12, verbose_name='review every … months')),
                ('next_review_on', models.DateField(blank=True, null=True, verbose_name='next review')),
                ('safety_critical', models.BooleanField(default=False, verbose_name='safety-critical')),
                ('needs_acknowledgement', models.BooleanField(default=False, verbose_name='policy: everybody confirms having read it')),
                ('change', models.CharField(blank=True, choices=[('editorial', 'Editorial: wording only, nobody must learn anything new'), ('material', 'Material: people must do something differently')], max_length=10, verbose_name='this change is')),
                ('change_note', models.CharField(blank=True, max_length=200, verbose_name='what changed, in one line')),
                ('job_roles', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='sb_lms.jobrole', verbose_name='applies to job roles')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('locked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='locked_%(class)ss', to=settings.AUTH_USER_MODEL, verbose_name='locked by')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standards', to='sb_lms.standardcategory', verbose_name='category')),
            ],
            options={
                'verbose_name': 'standard',
                'verbose_name_plural': 'standards',
                'ordering': ['code'],
            },
            bases=(wagtail.models.preview.PreviewableMixin, modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='StandardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('material_number', models.PositiveIntegerField(verbose_name='material number')),
                ('change', models.CharField(choices=[('editorial', 'Editorial: wording only, nobody must learn anything new'), ('material', 'Material: people must do something differently')], max_length=10, verbose_name='kind of change')),
                ('change_note', models.CharField(blank=True, max_length=200, verbose_name='what changed')),
                ('effective_on', models.DateField(verbose_name='in force from')),
                ('revision_id', models.BigIntegerField(null=True, verbose_name='revision')),
                ('body', models.JSONField(verbose_name='text')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('impact', models.JSONField(default=dict, verbose_name='whom it reached')),
                ('published_at', models.DateTimeField(verbose_name='published at')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('standard', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='sb_lms.standard')),
            ],
            options={
                'verbose_name': 'version of a standard',
                'verbose_name_plural': 'versions of standards',
                'ordering': ['standard_id', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name_as_written', models.CharField(max_length=240, verbose_name='name')),
                ('acknowledged_at', models.DateTimeField(verbose_name='acknowledged at')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='sb_lms.employee')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='sb_lms.standardversion')),
            ],
            options={
                'verbose_name': 'acknowledgement',
                'verbose_name_plural': 'acknowledgements',
            },
        ),
        migrations.AddConstraint(
            model_name='standardversion',
            constraint=models.UniqueConstraint(fields=('standard', 'number'), name='sb_lms_standardversion_number_once', violation_error_message='This standard already has a version of that number.'),
        ),
        migrations.AddConstraint(
            model_name='standardversion',
            constraint=models.UniqueConstraint(condition=models.Q(('revision_id__isnull', False)), fields=('standard', 'revision_id'), name='sb_lms_standardversion_revision_once', violation_error_message='This revision of the standard is already a version.'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(fields=('employee', 'version'), name='sb_lms_acknowledgement_once', violation_error_message='You have already confirmed this version.'),
        ),
    ]
