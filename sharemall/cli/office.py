"""Roles and second factors from the command line: for when no owner can sign in any more."""

from typing import TYPE_CHECKING

import typer

from sharemall.cli.errors import BadInput

if TYPE_CHECKING:
    from sharemall.members.models import Member

office = typer.Typer(no_args_is_help=True, help="Who works in the console.", rich_markup_mode=None)


@office.command("list")
def everybody() -> None:
    """Everybody who has a role."""
    _enter()
    from sharemall.office import second_factor, selectors

    for member in selectors.staff():
        roles = ", ".join(post.role for post in member.posts.all()) or "no role"
        phone = "second factor set up" if second_factor.is_set_up(member) else "no second factor"
        _say(f"{member.phone}  {roles}  ({phone})")


@office.command("reset-factor")
def reset_factor(phone: str) -> None:
    """The phone is lost: its owner sets up another one at the next sign-in."""
    _enter()
    from sharemall.office import audit, second_factor

    member = _member(phone)
    with audit.by_command(name="cli-reset-factor", target={"phone": phone}):
        second_factor.reset(member=member)
    _say(f"{phone} sets up a second factor at the next sign-in.")


@office.command("make-owner")
def make_owner(phone: str) -> None:
    """Make a member an owner."""
    _enter()
    from sharemall.clock.services import now
    from sharemall.office import audit, services

    member = _member(phone)
    with audit.by_command(name="cli-make-owner", target={"phone": phone}):
        services.make_owner(member=member, now=now())
    _say(f"{phone} is an owner.")


def _enter() -> None:
    """Into the mall; what that takes is loaded now, not with every other command."""
    from sharemall.cli import place

    place.enter()


def _member(phone: str) -> "Member":
    from sharemall.members.models import Member

    member = Member.objects.filter(phone=phone, is_active=True).first()
    if member is None:
        raise BadInput(f"no member has the phone number {phone!r}")
    return member


def _say(text: str) -> None:
    print(text)  # noqa: T201
