"""How far the demo's clock runs ahead of the machine's."""

from django.db import models


class Shift(models.Model):
    """One row at most; without it the mall's time is the machine's."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_shift")]
