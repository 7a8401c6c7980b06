"""What services refuse, said at the field that it is about."""

from collections.abc import Iterable, Mapping

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _

from sharemall.catalogue import texts
from sharemall.catalogue.errors import DoesNotFit, UnknownZone
from sharemall.catalogue.fit import Misfit, Misfits
from sharemall.compliance import claims
from sharemall.compliance.claims import BlockedClaims
from sharemall.console.amounts import yuan

MOST_TOLD = 5


def tell(form: forms.Form, error: ValidationError, called: Mapping[str, str] | None = None) -> None:
    """Each fault at its field; what belongs to no field of this form stands above it.

    `called` maps names of the service to those of the form, where they differ; to "" what belongs
    above it.
    """
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, faults in error.error_dict.items():
        field = (called or {}).get(name, name)
        known = field if field in form.fields else None
        sentences = [sentence for fault in faults for sentence in fault.messages]
        if known is None and field not in ("", NON_FIELD_ERRORS):
            sentences = [f"{name}: {sentence}" for sentence in sentences]
        form.add_error(known, ValidationError(sentences))


def tell_claims(form: forms.Form, words: Iterable[str]) -> None:
    """Name blocked claims at the fields whose text makes them; above the form if none does."""
    told = False
    for name in form.fields:
        value = form[name].value()
        # Through tags as well: a claim is one for whoever reads the page.
        if isinstance(value, str) and (found := claims.check(texts.seen(value))):
            form.add_error(name, claims_sentence(found))
            told = True
    if not told:
        form.add_error(None, claims_sentence(words))


def claims_sentence(words: Iterable[str]) -> str:
    """What may not be said."""
    return _("No shop may say this: %(words)s. Take it out.") % {"words": ", ".join(words)}


def misfit_of(misfit: Misfit) -> str:
    """The same for one misfit, with the variant's name in front."""
    return f"{misfit.variant_sku}: {misfit_sentence(misfit)}"


def misfits_sentences(misfits: Misfits) -> list[str]:
    """What would not fit any more: each variant that is known, then how many products in all."""
    told = [f"{misfit.product.name} · {misfit_of(misfit)}" for misfit in misfits.first[:MOST_TOLD]]
    return [
        _("Products that would not fit any more: %(count)s.") % {"count": f"{misfits.products:,}"},
        *told,
    ]


def misfit_sentence(misfit: Misfit) -> str:
    """Which figure is over, by how much, and the lowest price that it can be paid at."""
    spent_fen = misfit.cost_fen + misfit.contributions_fen + misfit.commission_fen
    return _(
        "Over by %(over)s: it can be paid for as little as %(lowest)s, but cost %(cost)s, "
        "contributions %(contributions)s and commission %(commission)s come to %(spent)s. "
        "Flash prices and coupons count."
    ) % {
        "over": yuan(misfit.over_fen),
        "lowest": yuan(misfit.lowest_fen),
        "cost": yuan(misfit.cost_fen),
        "contributions": yuan(misfit.contributions_fen),
        "commission": yuan(misfit.commission_fen),
        "spent": yuan(spent_fen),
    }


def refusal(error: Exception) -> list[str]:
    """Why the catalogue does not offer or save a product, a sentence each."""
    if isinstance(error, DoesNotFit):
        return [misfit_of(misfit) for misfit in error.misfits]
    if isinstance(error, UnknownZone):
        return [_("The scheme in force has no rates for this zone.")]
    if isinstance(error, BlockedClaims):
        return [claims_sentence(error.words)]
    assert isinstance(error, ValidationError)
    return list(error.messages)
