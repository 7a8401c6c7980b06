"""The office from the command line: when nobody can sign in any more."""

import pytest

from sharemall.cli import office as commands
from sharemall.cli import place
from sharemall.cli.errors import BadInput
from sharemall.members.models import Member
from sharemall.office import second_factor, selectors
from sharemall.office.models import Action, Outcome, Role
from tests.office import given
from tests.orders import shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is the test's: nothing is to be started."""
    monkeypatch.setattr(place, "enter", lambda: None)


@pytest.fixture
def ann() -> Member:
    return given.employ(shop.a_member("ann"), Role.SERVICE)


def test_a_lost_phone_is_reset_and_the_log_says_so(ann: Member) -> None:
    commands.reset_factor(ann.phone)
    assert not second_factor.is_set_up(ann)
    action = Action.objects.select_related("outcome").get()
    assert (action.member, action.name) == (None, "cli-reset-factor")
    assert action.outcome.end == Outcome.End.DONE


def test_an_owner_is_made_where_there_is_none(
    ann: Member, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.make_owner(ann.phone)
    commands.make_owner(ann.phone)
    assert selectors.roles_of(ann) == {Role.OWNER, Role.SERVICE}
    commands.everybody()
    assert f"{ann.phone}  service, owner  (second factor set up)" in capsys.readouterr().out


def test_an_unknown_phone_changes_nothing(ann: Member) -> None:
    for command in (commands.make_owner, commands.reset_factor):
        with pytest.raises(BadInput, match="13999999999"):
            command("13999999999")
    assert not Action.objects.exists()
