"""Who came by whose link in the demo, noted before their first orders fix it."""

from datetime import datetime

from sharemall.demo import people
from sharemall.members.models import Member
from sharemall.referral import services

REGULAR, HOLDER, NEWCOMER = "13800000001", "13800000003", "13800000004"
# Referrer → who follows its link: the story's buyers by number, or a phone.
FOLLOWED: dict[str | int, tuple[str | int, ...]] = {
    REGULAR: (1, 2, 4, 9),
    HOLDER: (5, 6),
    1: (8, 10, 11, 12, NEWCOMER),  # invited itself: what these bring goes to it alone
}
ONE_BROWSER = (12, 1)  # a second account, so the link will not count


def follow_links(now: datetime) -> None:
    """Every buyer follows its link; what is settled already stays."""
    found = {member.phone: member for member in Member.objects.filter(phone__in=_phones())}
    for number in ONE_BROWSER:
        if member := found.get(_phone(number)):
            services.saw(member=member, phone=member.phone, device="demo", now=now)
    for whose, followers in FOLLOWED.items():
        referrer = found.get(_phone(whose))
        if referrer is None:
            continue
        code = services.link_of(member=referrer, now=now).code
        for who in followers:
            if member := found.get(_phone(who)):
                services.follow(member=member, code=code, now=now)


def _phones() -> set[str]:
    return {_phone(who) for whose, who_all in FOLLOWED.items() for who in (whose, *who_all)}


def _phone(who: str | int) -> str:
    return who if isinstance(who, str) else people.buyer_phone(who)
