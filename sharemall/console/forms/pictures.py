"""The pictures of a product: more of them, fewer, and in which order."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.catalogue import pictures
from sharemall.catalogue.products import MOST_PICTURES
from sharemall.console.fields import CountField

MOST_AT_ONCE = MOST_PICTURES + 1  # the first and those behind


class Uploads(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class UploadsField(forms.FileField):
    """Several files; an empty list where none was chosen."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """The files, none of them empty."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        checked = super().clean
        return [checked(one, initial) for one in given]


class PicturesForm(forms.Form):
    """`names` are the stored pictures in their order; each has a place and may be taken out."""

    uploads = UploadsField(
        label=_("Add pictures"),
        required=False,
        widget=Uploads({"accept": "image/png,image/jpeg,image/webp,image/svg+xml"}),
        help_text=_("PNG, JPEG, WebP or SVG. The first one is shown in lists."),
    )

    def __init__(self, *args: Any, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        for number in range(len(names)):
            self.fields[f"place_{number}"] = CountField(
                pgettext_lazy("staff", "Place"), least=1, most=99
            )
            self.fields[f"place_{number}"].initial = number + 1
            self.fields[f"gone_{number}"] = forms.BooleanField(label=_("Take out"), required=False)

    @property
    def stored(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Address, place and "take out" of each stored picture."""
        return [
            (
                default_storage.url(pictures.narrowest(name)),
                self[f"place_{number}"],
                self[f"gone_{number}"],
            )
            for number, name in enumerate(self.names)
        ]

    def clean(self) -> dict[str, Any]:
        """New pictures are kept here, so that a bad one is told beside the good ones."""
        data = super().clean() or {}
        kept = [name for number, name in enumerate(self.names) if not data.get(f"gone_{number}")]
        uploads = data.get("uploads") or []
        if len(kept) + len(uploads) > MOST_AT_ONCE:
            self.add_error(
                "uploads", say("A product has at most %(most)s pictures.") % {"most": MOST_AT_ONCE}
            )
        elif not self.errors:
            data["added"] = [name for one in uploads if (name := self._store(one))]
        return data

    def _store(self, upload: "UploadedFile[bytes]") -> str:
        try:
            return pictures.store(upload, "products")
        except pictures.UnreadablePicture:
            self.add_error(
                "uploads",
                ValidationError(
                    say("%(name)s cannot be read as a picture, or is too large.")
                    % {"name": upload.name}
                ),
            )
            return ""

    @property
    def wanted(self) -> list[str]:
        """The names of all pictures that are to be there, in order."""
        data = self.cleaned_data
        kept = [
            (data[f"place_{number}"], number, name)
            for number, name in enumerate(self.names)
            if not data[f"gone_{number}"]
        ]
        added: list[str] = data.get("added", [])
        return [name for _place, _number, name in sorted(kept)] + added
