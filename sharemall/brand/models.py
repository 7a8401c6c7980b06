"""The mall's face: its name, its logo, its colours and what its points are called."""

from django.db import models

HEX_COLOUR = r"^#[0-9a-f]{6}$"


class Brand(models.Model):
    """One row at most; without it the mall shows the defaults."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name_zh = models.CharField(max_length=20, default="权益商城")
    name_en = models.CharField(max_length=40, default="Sharemall")
    logo = models.FileField(upload_to="brand/", blank=True)
    primary = models.CharField(max_length=7, default="#0f7b5f")
    accent = models.CharField(max_length=7, default="#9a5b0c")
    shares_zh = models.CharField(max_length=12, default="增值积分")
    shares_en = models.CharField(max_length=24, default="value points")
    coins_zh = models.CharField(max_length=12, default="恒定积分")
    coins_en = models.CharField(max_length=24, default="constant points")
    quota_zh = models.CharField(max_length=12, default="分红额度")
    quota_en = models.CharField(max_length=24, default="dividend quota")
    # With every change another one, so that a form knows whether somebody else was quicker.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_brand"),
            models.CheckConstraint(
                condition=models.Q(primary__regex=HEX_COLOUR, accent__regex=HEX_COLOUR),
                name="brand_colours_are_hex",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en
