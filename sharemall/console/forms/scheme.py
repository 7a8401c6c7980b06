"""A draft of the scheme as a form: its words, what holds for all, and its zones in rows."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sharemall.console.fields import moment, text
from sharemall.console.rows import RowForm, Rows
from sharemall.engine.amounts import LEVELS
from sharemall.engine.scheme import Scheme
from sharemall.schemes import presets, words
from sharemall.schemes.models import Change
from sharemall.schemes.services import Words, scheme_of
from sharemall.schemes.values import BadValues, Values, ZoneValues, values_of

LONGEST_NUMBER = 40
WORDS = ("title", "note", "announcement_zh", "announcement_en")


def number(label: Any, help_text: Any = "") -> forms.CharField:
    """A decimal as it is written; the scheme's own reader says what is wrong with it."""
    field = text(label, LONGEST_NUMBER, required=False, help_text=help_text)
    field.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
    return field


class WordsForm(forms.Form):
    """What is said of a change."""

    title = text(pgettext_lazy("rule change", "Title"), 60, help_text=_("For colleagues."))
    note = text(_("Why"), 2000, required=False, rows=3, help_text=_("For colleagues."))
    announcement_zh = text(
        _("Announcement (Chinese)"), 500, required=False, rows=3, help_text=_("Members read it.")
    )
    announcement_en = text(
        _("Announcement (English)"), 1000, required=False, rows=3, help_text=_("Members read it.")
    )

    @property
    def words(self) -> Words:
        """What the service takes."""
        return Words(**{name: self.cleaned_data[name] for name in WORDS})


class StartForm(WordsForm):
    """A new draft: from what is in force, or with a preset's rates."""

    preset = forms.ChoiceField(label=_("Begin with"), required=False, widget=forms.RadioSelect)
    field_order = ["preset", *WORDS]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", say("The rules in force"))]
        for key in presets.KEYS:
            name, meaning = words.PRESETS[key]
            choices.append((key, f"{name} · {meaning}"))
        self.fields["preset"].choices = choices  # type: ignore[attr-defined]


class SchemeForm(WordsForm):
    """What holds for the whole mall. Numbers are read by the scheme's own reader."""

    name = text(words.LABELS["name"], 200, required=False, help_text=_("Members read it."))
    sell_fee = number(words.LABELS["sell_fee"])
    forced_exit = forms.BooleanField(label=words.LABELS["forced_exit"], required=False)

    def __init__(self, *args: Any, today: Values, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tell_today(self, "sell_fee", today.sell_fee)
        for level in range(1, LEVELS + 1):
            place = level - 1
            held = today.honor_thresholds[place] if today.honor_thresholds else ""
            self.fields[f"level_{level}"] = number(f"V{level}")
            _tell_today(self, f"level_{level}", held)

    @property
    def levels(self) -> Iterator[forms.BoundField]:
        """The ten thresholds."""
        return (self[f"level_{level}"] for level in range(1, LEVELS + 1))


class ZoneForm(RowForm):
    """A zone's rates."""

    NEEDED: ClassVar[tuple[str, ...]] = (
        *("key", "reserve", "dividend", "honor", "quota"),
        *("buyer", "yuan_per_share", "referrer"),
    )

    key = text(_("Key"), LONGEST_NUMBER, required=False)
    base = forms.ChoiceField(
        label=words.LABELS["base"],
        choices=[(key, words.WORDS[key]) for key in ("sales", "profit")],
        required=False,
    )
    reserve = number(words.LABELS["reserve"])
    dividend = number(words.LABELS["dividend"])
    honor = number(words.LABELS["honor"])
    quota = number(words.LABELS["quota"])
    by = forms.ChoiceField(
        label=words.LABELS["by"],
        choices=[(key, words.WORDS[key]) for key in ("value", "amount")],
        required=False,
    )
    buyer = number(_("By value: of the reserve's part, for the buyer"))
    yuan_per_share = number(_("By amount: yuan paid for one point"))
    referrer = number(words.LABELS["referrer"])
    gone = forms.BooleanField(label=_("Take this zone out"), required=False)

    def __init__(self, *args: Any, today: dict[str, ZoneValues], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = today.get(str(self["key"].value() or "").strip())
        self.is_new = zone is None
        for name, held in asdict(zone).items() if zone else ():
            if name not in ("key", "base", "by"):
                _tell_today(self, name, held)

    @property
    def is_gone(self) -> bool:
        """Whether the zone is to be taken out."""
        return bool(self.data.get(self.add_prefix("gone")))

    @property
    def title(self) -> str:
        """The zone's key as it stands in the form."""
        return str(self["key"].value() or "")

    @property
    def values(self) -> ZoneValues:
        """What is written in it."""
        chosen = {name: self.cleaned_data.get(name, "") for name in ("base", "by", *self.NEEDED)}
        # A browser always sends the first choice where nobody chose.
        return ZoneValues(**{name: text for name, text in chosen.items() if text})


class SchemeSheet:
    """The form of a draft with its rows, from what is saved or from what was sent."""

    def __init__(self, change: Change, today: Scheme, data: QueryDict | None = None) -> None:
        self.change, self.today = change, values_of(today)
        saved = values_of(scheme_of(change))
        self.form = SchemeForm(data, initial=_initial(change, saved), today=self.today)
        self.rows: Rows[ZoneForm] = Rows(
            ZoneForm,
            "zone",
            data,
            [asdict(zone) for zone in saved.zones],
            today={zone.key: zone for zone in self.today.zones},
        )
        sent = data.get("revision", "") if data is not None else ""
        seen = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0
        self.revision = change.revision if data is None else seen

    def add_row(self) -> None:
        """One more zone at the end."""
        self.rows = self.rows.extended([{}])

    def is_valid(self) -> bool:
        """Whether everything can be read; all is looked at, so that all faults stand there."""
        good = self.form.is_valid()
        return self.rows.is_valid() and good

    @property
    def kept(self) -> list[ZoneForm]:
        """The rows that make zones."""
        return [row for row in self.rows.filled if not row.is_gone]

    @property
    def values(self) -> Values:
        """What is written in the form."""
        data = self.form.cleaned_data
        return Values(
            name=data["name"],
            zones=tuple(row.values for row in self.kept),
            sell_fee=data["sell_fee"],
            forced_exit=data["forced_exit"],
            honor_thresholds=tuple(data[f"level_{level}"] for level in range(1, LEVELS + 1)),
        )

    @property
    def is_faulty(self) -> bool:
        """Whether a fault stands anywhere."""
        return bool(self.form.errors) or any(row.errors for row in self.kept)

    def tell(self, bad: BadValues) -> None:
        """Each fault at its field."""
        for fault in bad.faults:
            form: forms.Form = self.form
            name: str | None = fault.field
            head, _dot, rest = fault.field.partition(".")
            if head == "honor_thresholds":
                name = f"level_{int(rest) + 1 if rest else 1}"
            elif head == "zones" and rest:
                row, _dot, name = rest.partition(".")
                form = self.kept[int(row)]
            form.add_error(name if name in form.fields else None, words.fault_sentence(fault))


class ApproveForm(forms.Form):
    """When an approved change takes effect."""

    effective_at = moment(_("Takes effect at"))


class WithdrawForm(forms.Form):
    """Why a change is given up."""

    why = text(_("Why it is withdrawn"), 200, required=False, help_text=_("Members read it."))


def _initial(change: Change, values: Values) -> dict[str, Any]:
    levels = {f"level_{level}": one for level, one in enumerate(values.honor_thresholds, 1)}
    return {
        **{name: getattr(change, name) for name in WORDS},
        **{name: getattr(values, name) for name in ("name", "sell_fee", "forced_exit")},
        **levels,
    }


def _tell_today(form: forms.Form, name: str, held: str) -> None:
    """What is in force stands below the field, where it says something else."""
    if held and form[name].value() != held:
        form.fields[name].help_text = say("In force: %(value)s") % {"value": held}
