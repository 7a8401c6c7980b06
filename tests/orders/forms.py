"""What a browser would send of a page's form."""

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse

Fields = dict[str, Any]


class _Reader(HTMLParser):
    """Collects the fields of the form with this id (or of the first form that has one of these)."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.fields: dict[str, list[str]] = {}
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("id") == self.form_id
        if not self.inside or "disabled" in found:
            return
        kind = found.get("type", "text")
        if tag == "input" and "name" in found:
            if kind not in ("radio", "checkbox", "file") or "checked" in found:
                self.add(found["name"], found.get("value", "on"))
        elif tag == "select":
            self.select = found.get("name", "")
        elif tag == "option" and self.select and "selected" in found:
            self.add(self.select, found.get("value", ""))
        elif tag == "textarea":
            self.textarea = found.get("name", "")
            self.fields[self.textarea] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.fields[self.textarea] = [data]

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def fields_of(response: HttpResponse, form_id: str, **changes: Any) -> Fields:
    """The fields of a form as the page has filled them in, with these changes."""
    reader = _Reader(form_id)
    reader.feed(response.content.decode())
    assert reader.fields, f"no form {form_id}"
    reader.fields.pop("csrfmiddlewaretoken", None)
    return {**reader.fields, **changes}


def text_of(response: HttpResponse) -> str:
    """The page's markup."""
    return response.content.decode()
