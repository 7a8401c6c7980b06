from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_sandbox_notices")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="asked_no",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
