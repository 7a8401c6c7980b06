"""Writing policies: one draft of each, which is published once and then stays as it is."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from sharemall.catalogue.texts import sanitised, seen
from sharemall.members.models import Member
from sharemall.pages import checks
from sharemall.pages.errors import Conflict, NothingToPublish
from sharemall.pages.models import PolicyVersion


@transaction.atomic
def save_draft(
    *, slug: str, revision: int, text_zh: str, text_en: str, by: Member, now: datetime
) -> PolicyVersion:
    """Keep the draft of a policy, sanitised. `revision` is 0 where there was none.

    Raises Conflict where somebody else saved it in between; ValidationError with every fault at
    its field.
    """
    row = _draft(slug, revision) or PolicyVersion(slug=slug, revision=0)
    row.revision += 1
    row.text_zh, row.text_en = sanitised(text_zh), sanitised(text_en)
    row.edited_by, row.edited_at = by, now
    checks.refuse(row, {"text_zh": seen(row.text_zh), "text_en": seen(row.text_en)}, {})
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # the other one began a draft at the same moment
        raise Conflict from None
    return row


@transaction.atomic
def publish(*, slug: str, revision: int, by: Member, now: datetime) -> PolicyVersion:
    """Make the draft the policy that shoppers see, under the next number.

    Its words are looked at again: the list of claims may have grown. Raises NothingToPublish,
    Conflict, ValidationError.
    """
    row = _draft(slug, revision)
    if row is None:
        raise NothingToPublish
    checks.refuse(row, {"text_zh": seen(row.text_zh), "text_en": seen(row.text_en)}, {})
    versions = PolicyVersion.objects.filter(slug=slug)
    row.number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    row.revision += 1
    row.published_by, row.published_at = by, now
    row.save()
    return row


@transaction.atomic
def discard_draft(*, slug: str, revision: int) -> None:
    """Throw the draft away. Raises NothingToPublish where there is none, Conflict."""
    row = _draft(slug, revision)
    if row is None:
        raise NothingToPublish
    row.delete()


def _draft(slug: str, revision: int) -> PolicyVersion | None:
    row = PolicyVersion.objects.select_for_update().filter(slug=slug, number=None).first()
    if (row.revision if row else 0) != revision:
        raise Conflict
    return row
