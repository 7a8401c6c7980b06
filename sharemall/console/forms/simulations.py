"""What a simulation is asked for with."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from sharemall.console.fields import CountField, text
from sharemall.ledger import selectors as ledger
from sharemall.simulations import limits, selectors
from sharemall.simulations.refusals import BadScenario
from sharemall.simulations.services import Wish, check, preset_text

OWN, NAMED, TODAY, NONE = "own", "named", "today", "none"
DRAFT, COMES_ALONG = "draft-", "with-"
MOST_SEED = 2**31 - 1


class SimulationForm(forms.Form):
    """A preset or an own scenario, a scheme, perhaps a second one to compare it with."""

    title = text(_("Title"), 60, required=False, help_text=_("Empty: the scenario's name."))
    preset = forms.ChoiceField(label=_("Scenario"))
    scenario = text(
        _("Own scenario (TOML)"),
        limits.MOST_TEXT,
        required=False,
        rows=14,
        help_text=_("Every fault is named at its line and key. It can name no files of its own."),
    )
    scheme = forms.ChoiceField(label=pgettext_lazy("simulation", "Scheme"))
    other = forms.ChoiceField(
        label=_("Beside it, for comparison"),
        help_text=_("The same scenario and the same chance, under this scheme."),
    )
    scheme_text = text(_("Own scheme (TOML)"), limits.MOST_TEXT, required=False, rows=8)
    seed = CountField(
        _("Seed"),
        most=MOST_SEED,
        help_text=_("The same seed gives the same run, to the last digit."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        given = {"key": uuid4(), "seed": 1, "scheme": NAMED, "other": NONE} | (initial or {})
        super().__init__(initial=given, **kwargs)
        self.fields["preset"].choices = [*_presets(), (OWN, _("Own scenario"))]  # type: ignore[attr-defined]
        schemes = _schemes()
        self.fields["scheme"].choices = schemes  # type: ignore[attr-defined]
        self.fields["other"].choices = [  # type: ignore[attr-defined]
            (NONE, _("Nothing")),
            *schemes,
        ]

    def clean(self) -> dict[str, Any]:
        """Whatever is wrong with the scenario or a scheme stands at its field."""
        data = super().clean() or {}
        is_own = data.get("preset") == OWN
        if is_own and not data.get("scenario") and "scenario" not in self.errors:
            self.add_error("scenario", say("Enter a scenario, or choose one of the presets."))
        if not is_own and data.get("scenario", "").strip():
            self.add_error("scenario", say("Choose “Own scenario” to run this text."))
        chosen = [data.get("scheme"), data.get("other")]
        if OWN in chosen and not data.get("scheme_text") and "scheme_text" not in self.errors:
            self.add_error("scheme_text", say("Enter a scheme, or choose another one."))
        if chosen[0] == chosen[1] is not None:
            self.add_error("other", say("These are the same scheme."))
        if not self.errors:
            self.wishes = self._wishes(data)
            for name, wish in zip(("scheme", "other"), self.wishes, strict=False):
                self._check(name, wish, data)
        return data

    def _wishes(self, data: dict[str, Any]) -> list[Wish]:
        own = data["preset"] == OWN
        title = data["title"] or ("" if own else dict(_presets())[data["preset"]])
        scenario = data["scenario"] if own else preset_text(data["preset"])
        return [
            Wish(
                title=title,
                scenario_text=scenario.replace("\r\n", "\n"),
                scheme_text=_scheme_text(choice, data["scheme_text"]),
                seed=data["seed"],
                preset="" if own else data["preset"],
            )
            for choice in (data["scheme"], data["other"])
            if choice != NONE
        ]

    def _check(self, name: str, wish: Wish, data: dict[str, Any]) -> None:
        try:
            check(wish)
        except BadScenario as error:
            place = "scenario" if data["preset"] == OWN else "preset"
            mine = "scheme_text" if data[name] == OWN else name
            for where, faults in ((place, error.scenario), (mine, error.scheme)):
                known = list(self.errors.get(where) or ())
                for fault in faults:
                    if (sentence := said(fault)) not in known:
                        self.add_error(where, sentence)


def said(fault: str) -> str:
    """A fault as the page shows it: "4: orders.median: …" with the word for its line."""
    line, colon, rest = fault.partition(": ")
    if colon and line.isascii() and line.isdecimal():
        return say("Line %(line)s: %(fault)s") % {"line": line, "fault": rest}
    return fault


def _presets() -> list[tuple[str, str]]:
    language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    return [(one.name, one.titles.get(language, one.name)) for one in selectors.presets()]


def _schemes() -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = [(NAMED, _("The one that the scenario names"))]
    if ledger.is_open():
        found.append((TODAY, _("The mall's, in force today")))
    found += [
        (f"{DRAFT}{change.pk}", say("Draft: %(title)s") % {"title": change.title})
        for change in selectors.open_changes()
    ]
    found += [
        (f"{COMES_ALONG}{name}", say("Preset: %(name)s") % {"name": name})
        for name in selectors.packaged_schemes()
    ]
    found.append((OWN, _("Own scheme")))
    return found


def _scheme_text(choice: str, own: str) -> str | None:
    """The text of a chosen scheme; None: the one that the scenario names."""
    if choice == TODAY:
        return ledger.scheme().text
    if choice == OWN:
        return own.replace("\r\n", "\n")
    if choice.startswith(DRAFT):
        return next(
            change.toml
            for change in selectors.open_changes()
            if str(change.pk) == choice.removeprefix(DRAFT)
        )
    if choice.startswith(COMES_ALONG):
        return selectors.packaged_scheme(choice.removeprefix(COMES_ALONG))
    return None
