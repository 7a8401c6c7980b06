"""The scheme's pages: a draft from its form to its publication, with every way it is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sharemall.catalogue.models import Product
from sharemall.clock import services as clock
from sharemall.console.fields import MINUTE
from sharemall.ledger import selectors as ledger
from sharemall.office.models import Action, Role
from sharemall.schemes import services
from sharemall.schemes.models import Change
from tests.console import given
from tests.console.given import errors_at, fields_in, words
from tests.office import given as office_of
from tests.orders import shop
from tests.schemes import given as mall
from tests.schemes.given import fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _mall() -> None:
    mall.open_mall()


def browser(account: str, role: Role) -> Client:
    """The browser of somebody in this role, in English."""
    member = mall.staff(account)
    client = office_of.sign_in(Client(), office_of.employ(member, role))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def ann() -> Client:
    """Operations: drafts, approves nothing."""
    return browser("ann", Role.OPERATIONS)


@pytest.fixture
def bob() -> Client:
    """Finance: drafts and approves."""
    return browser("bob", Role.FINANCE)


def at(name: str, change: Change) -> str:
    return reverse(f"console-scheme-{name}", kwargs={"change_id": change.pk})


def a_draft(**rates: str) -> Change:
    """A draft of Ann's that was written just now."""
    values = mall.with_zone(mall.today(), "wine", **(rates or {"dividend": "0.12"}))
    return mall.a_draft(values, now=clock.now())


def submitted(**rates: str) -> Change:
    change = a_draft(**rates)
    mall.rerun(change)
    return services.submit(
        draft_id=change.pk, revision=change.revision, by=mall.staff("ann"), now=clock.now()
    )


def form_of(client: Client, change: Change) -> dict[str, str]:
    """The form as a browser would send it back unchanged."""
    return fields_in(client.get(at("edit", change)), "revision")


def save(client: Client, change: Change, **changed: str) -> HttpResponse:
    sent = form_of(client, change) | {name.replace("__", "-"): v for name, v in changed.items()}
    return client.post(at("edit", change), sent)


def test_a_draft_begins_with_the_rules_in_force_or_a_preset(ann: Client) -> None:
    for preset in ("", "red_wine"):
        response = ann.post(reverse("console-scheme-new"), {"preset": preset, "title": "Spring"})
        change = Change.objects.first()
        assert change is not None
        assert response.headers["Location"] == at("edit", change)
    assert {zone.reserve for zone in services.values_of(services.scheme_of(change)).zones} == {
        "0.3"
    }
    assert change.author.account == "ann"


def test_a_draft_without_a_title_or_with_another_preset_is_not_begun(ann: Client) -> None:
    for sent in ({"title": ""}, {"title": "x", "preset": "gold"}):
        assert ann.post(reverse("console-scheme-new"), sent).status_code == 422
    sent = {"title": "x", "announcement_zh": "稳赚"}
    response = ann.post(reverse("console-scheme-new"), sent)
    assert "稳赚" in errors_at(response, "announcement_zh")
    assert not Change.objects.exists()


def test_what_the_form_shows_sent_back_unchanged_changes_nothing(ann: Client) -> None:
    change = a_draft()
    assert save(ann, change).status_code == 302
    assert fresh(change).revision == change.revision


def test_saving_writes_what_was_typed(ann: Client) -> None:
    change = a_draft()
    response = save(
        ann, change, sell_fee="0.05", forced_exit="on", zone__0__quota="1.5", title="Summer"
    )
    assert response.headers["Location"] == at("change", change)
    saved = services.scheme_of(fresh(change))
    assert (saved.sell_fee_nano, saved.forced_exit) == (50_000_000, True)
    assert saved.zones["wine"].quota_nano == 1_500_000_000
    assert (fresh(change).title, fresh(change).revision) == ("Summer", change.revision + 1)


def test_a_row_is_added_without_a_script_and_becomes_a_zone(ann: Client) -> None:
    change = a_draft()
    shown = ann.post(at("edit", change), form_of(ann, change) | {"do": "row"})
    assert shown.status_code == 200
    sent = fields_in(shown, "revision")
    assert sent["zone-rows"] == "3"
    sent |= {"zone-2-key": "tea", "zone-2-reserve": "0.2", "zone-2-buyer": "0.5"}
    assert ann.post(at("edit", change), sent).status_code == 302
    assert list(services.scheme_of(fresh(change)).zones) == ["wine", "home", "tea"]
    assert "The shop has no zone of this key" in words(ann.get(at("change", change)))


def test_a_zone_is_taken_out(ann: Client) -> None:
    change = a_draft()
    assert save(ann, change, zone__1__gone="on").status_code == 302
    assert list(services.scheme_of(fresh(change)).zones) == ["wine"]


def test_every_fault_stands_at_its_field_and_nothing_is_saved(ann: Client) -> None:
    change = a_draft()
    response = save(
        ann,
        change,
        sell_fee="2",
        level_2="0.5",
        zone__0__reserve="lots",
        zone__1__key="wine",
        zone__1__yuan_per_share="",
    )
    assert response.status_code == 422
    assert "from 0 to 1" in errors_at(response, "sell_fee")
    assert "above the one before" in errors_at(response, "level_1")
    assert "from 0 to 1" in errors_at(response, "zone-0-reserve")
    assert "Another zone" in errors_at(response, "zone-1-key")
    assert "needed" in errors_at(response, "zone-1-yuan_per_share")
    assert fresh(change).revision == change.revision
    assert 'value="lots"' in response.content.decode()


def test_faults_of_rows_behind_an_empty_one_stand_where_they_are(ann: Client) -> None:
    change = a_draft()
    sent = form_of(ann, change) | {"do": "row"}
    sent = fields_in(ann.post(at("edit", change), sent), "revision")
    sent["zone-rows"] = "4"
    sent |= {"zone-3-key": "tea", "zone-3-reserve": "9", "zone-3-buyer": "0.5"}
    response = ann.post(at("edit", change), sent)
    assert "from 0 to 1" in errors_at(response, "zone-3-reserve")


def test_rates_of_more_than_all_are_said_at_each_of_them(ann: Client) -> None:
    response = save(ann, a_draft(), zone__0__reserve="0.9")
    for name in ("reserve", "dividend", "honor"):
        assert "more than 1" in errors_at(response, f"zone-0-{name}")


def test_of_two_editors_the_second_keeps_its_text_and_hears_of_the_first(
    ann: Client, bob: Client
) -> None:
    change = a_draft()
    mine = form_of(ann, change)
    assert save(bob, change, zone__0__quota="1").status_code == 302
    response = ann.post(at("edit", change), mine | {"zone-0-quota": "3"})
    assert response.status_code == 409
    assert "Bob saved this draft at" in words(response)
    assert 'value="3"' in response.content.decode()
    assert services.scheme_of(fresh(change)).zones["wine"].quota_nano == 1_000_000_000


def test_a_rerun_is_shown_with_both_sides_and_who_gains_and_loses(ann: Client) -> None:
    now = clock.now()
    for day in range(3):
        moment = now - timedelta(days=3 - day)
        mall.feed(
            mall.sale(f"s{day}", "zoe", 1_000, at=moment, merchant="platform"),
            mall.sale(f"t{day}", "yan", 300, at=moment, merchant="farm"),
            mall.close(moment),
        )
    given.a_member("zoe")
    change = a_draft(dividend="0", quota="1")
    assert "Not run yet" in words(ann.get(at("change", change)))
    response = ann.post(at("rerun", change), {"revision": change.revision}, follow=True)
    page = words(response)
    assert "6 sales of ¥3,900.00" in page
    assert "The margin holds" in page
    assert "Quota granted ¥7,800.00 ¥3,900.00 \N{MINUS SIGN}¥3,900.00" in page
    assert "Zoe" in page
    assert response.content.decode().count('class="lines-picture"') == 3


def test_another_revision_than_the_one_that_was_seen_is_not_run(ann: Client) -> None:
    change = a_draft()
    page = words(ann.post(at("rerun", change), {"revision": "1"}, follow=True))
    assert "Ann saved this draft" in page
    assert fresh(change).rerun is None


def test_a_margin_that_does_not_hold_is_said_first(ann: Client) -> None:
    mall.feed(mall.sale("1", "zoe", 100, at=clock.now(), cost_fen=5_000))
    change = a_draft(dividend="0.40")
    page = words(ann.post(at("rerun", change), {"revision": change.revision}, follow=True))
    assert "The margin does not hold: 1 sales" in page


def test_goods_that_would_not_fit_are_shown_with_their_figures(ann: Client) -> None:
    shop.a_product("tight")
    change = a_draft(dividend="0.50")
    page = words(ann.get(at("change", change)))
    assert "Goods that would not fit" in page
    assert "¥25.00" in page
    assert Product.objects.get().on_sale


def test_it_is_submitted_and_approved_by_a_second_person(ann: Client, bob: Client) -> None:
    change = a_draft()
    mall.rerun(change)
    ann.post(at("submit", change), {"revision": change.revision})
    assert fresh(change).state == "submitted"
    sent = fields_in(bob.get(at("change", change)), "effective_at")
    response = bob.post(at("approve", change), sent)
    assert response.status_code == 302
    published = fresh(change)
    assert published.state == "published"
    assert published.approver == mall.staff("bob")
    assert published.effective_at is not None
    assert published.effective_at - clock.now() >= timedelta(days=7) - timedelta(minutes=1)
    assert "规则将于" in Client().get("/").content.decode()


def test_it_is_not_submitted_before_a_rerun_or_when_another_saved_it(ann: Client) -> None:
    change = a_draft()
    page = words(ann.post(at("submit", change), {"revision": change.revision}, follow=True))
    assert "Re-run the last 90 days" in page
    mall.rerun(change)
    page = words(ann.post(at("submit", change), {"revision": change.revision - 1}, follow=True))
    assert "saved this draft" in page
    assert fresh(change).state == "draft"


def test_its_author_cannot_approve_it_whatever_its_roles(ann: Client) -> None:
    change = submitted()
    owner = browser("ann", Role.OWNER)
    assert "somebody else approves it" in words(owner.get(at("change", change)))
    later = (clock.now() + timedelta(days=9)).strftime(MINUTE)
    sent = {"revision": change.revision, "effective_at": later}
    response = owner.post(at("approve", change), sent)
    assert response.status_code == 422
    assert fresh(change).state == "submitted"


def test_who_may_not_approve_is_refused_and_that_is_on_record(ann: Client) -> None:
    change = submitted()
    assert ann.post(at("approve", change), {}).status_code == 403
    assert Action.objects.filter(name="console-scheme-approve").exists()


@pytest.mark.parametrize("days", [0, 6])
def test_a_day_that_is_too_near_is_refused_at_its_field(bob: Client, days: int) -> None:
    change = submitted()
    near = (clock.now() + timedelta(days=days)).strftime(MINUTE)
    sent = {"revision": change.revision, "effective_at": near}
    response = bob.post(at("approve", change), sent)
    assert response.status_code == 422
    assert "at least seven days" in errors_at(response, "effective_at")
    assert bob.post(at("approve", change), {"effective_at": "soon"}).status_code == 422


def test_while_one_waits_the_next_is_not_published(bob: Client) -> None:
    first, second = submitted(), submitted(quota="1")
    later = (clock.now() + timedelta(days=9)).strftime(MINUTE)
    for change, status in ((first, 302), (second, 422)):
        sent = {"revision": change.revision, "effective_at": later}
        assert bob.post(at("approve", change), sent).status_code == status
    assert fresh(second).state == "submitted"


def test_it_is_sent_back_and_edited_again(ann: Client, bob: Client) -> None:
    change = submitted()
    assert ann.get(at("edit", change)).status_code == 302
    bob.post(at("back", change))
    assert fresh(change).state == "draft"
    assert ann.get(at("edit", change)).status_code == 200


def test_it_is_withdrawn_with_a_reason(ann: Client) -> None:
    change = mall.approve(submitted(), now=clock.now())
    response = ann.post(at("withdraw", change), {"why": ""})
    assert response.status_code == 422
    assert "members have read" in errors_at(response, "why")
    assert ann.post(at("withdraw", change), {"why": "稳赚"}).status_code == 422
    assert ann.post(at("withdraw", change), {"why": "算错了"}).status_code == 302
    assert fresh(change).state == "withdrawn"
    assert "算错了" in words(ann.get(at("change", change)))


def test_the_list_and_the_versions_tell_what_was(ann: Client) -> None:
    change = mall.in_force()
    draft = a_draft(quota="1")
    page = words(ann.get(reverse("console-scheme")))
    for part in ("Version 2", change.title, "In force", "Draft", "The whole mall"):
        assert part in page
    page = words(ann.get(reverse("console-scheme-versions")))
    assert "Version 2" in page
    assert "10% 12%" in page
    response = ann.get(reverse("console-scheme-version", kwargs={"number": 2}))
    assert response.content.decode() == ledger.scheme().text
    assert "attachment" in response.headers["Content-Disposition"]
    missing = reverse("console-scheme-version", kwargs={"number": 9})
    assert ann.get(missing).status_code == 404
    assert ann.get(at("change", draft).replace(str(draft.pk), "999")).status_code == 404


def test_what_went_off_sale_stands_at_the_change(ann: Client) -> None:
    shop.a_product("tight")
    change = mall.in_force(mall.with_zone(mall.today(), "wine", dividend="0.50"))
    page = words(ann.get(at("change", change)))
    assert "Went off sale when it took effect" in page
    assert "tight" in page


def test_a_change_that_is_late_is_said_above_the_list(ann: Client) -> None:
    mall.published()
    assert "Is the worker running?" in words(ann.get(reverse("console-scheme")))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SERVICE])
def test_who_only_reads_sees_everything_and_changes_nothing(role: Role) -> None:
    change, client = a_draft(), browser("eve", role)
    page = client.get(at("change", change))
    assert page.status_code == 200
    assert 'method="post" action="/console/scheme' not in page.content.decode()
    assert client.get(reverse("console-scheme")).status_code == 200
    assert client.get(at("edit", change)).status_code == 403
    for name in ("edit", "rerun", "submit", "back", "approve", "withdraw"):
        assert client.post(at(name, change), {}).status_code == 403
    assert fresh(change).state == "draft"


def test_what_is_no_number_of_a_revision_counts_as_none(ann: Client) -> None:
    change = a_draft()
    for revision in ("", "x", "-1", "9" * 30):
        sent: dict[str, Any] = form_of(ann, change) | {"revision": revision, "title": "Other"}
        assert ann.post(at("edit", change), sent).status_code == 409
