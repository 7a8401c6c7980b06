"""Which edition of what frames every page is in the database."""

from django.db import models


class Edition(models.Model):
    """One row. Triggers give it a new code when what is in it changes.

    That is the brand, the zones, the categories, and which change of the rules is announced.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    code = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_edition")]

    def __str__(self) -> str:
        return str(self.code)
