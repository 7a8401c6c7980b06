"""Which edition of what frames every page (brand, zones, categories) is in the database."""

from django.db import models


class Edition(models.Model):
    """One row. Triggers give it a new code whenever the brand, a zone or a category changes."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    code = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_edition")]

    def __str__(self) -> str:
        return str(self.code)
