"""The words of what was written down, and its pictures: under a key of its own while they wait."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from casestore.edge import Reading, Writing
from casestore.ids import new_id
from casestore.keyring import Unreadable, seal, unseal
from casestore.registrations.rules import Written
from casestore.registrations.tables import Registration, RegistrationPicture
from casestore.threads.keys import destroy_key, known_key, owned_key
from casestore.uploads import Scan

EMPTY: Final = b""


def key_owner(its_id: str) -> str:
    """Name the data key that it lies under."""
    return f"registration:{its_id}"


async def put_words(writing: Writing, row: Registration, said: Written) -> None:
    """Encrypt them; what stood there is gone."""
    told = asdict(said) | {"said_at": said.said_at.isoformat()}
    key = await owned_key(writing, key_owner(row.id))
    row.words = seal(key, json.dumps(told, ensure_ascii=False).encode(), bound_to=_place(row))


async def words_of(asking: Reading | Writing, row: Registration) -> Written:
    """Decrypt them, or raise `Unreadable`."""
    key = await known_key(asking, key_owner(row.id))
    told = json.loads(unseal(key, row.words, bound_to=_place(row)))
    return Written(**told | {"said_at": datetime.fromisoformat(told["said_at"])})


async def put_pictures(
    writing: Writing, row: Registration, new: Sequence[Scan], *, keep: Sequence[str]
) -> None:
    """Keep those of its pictures that are named, and add new ones behind them."""
    stays = [each for each in await pictures_of(writing, row) if each.id in keep]
    await writing.session.execute(
        delete(RegistrationPicture).where(
            RegistrationPicture.registration == row.id,
            RegistrationPicture.id.not_in([each.id for each in stays]),
        )
    )
    key = await owned_key(writing, key_owner(row.id))
    behind = max((each.n for each in stays), default=0) + 1
    for n, scan in enumerate(new, behind):
        its_id = new_id("rp")
        writing.session.add(
            RegistrationPicture(
                id=its_id,
                team=writing.team,
                registration=row.id,
                n=n,
                type=scan.type,
                size=len(scan.raw),
                body=seal(key, scan.raw, bound_to=f"registration_pictures/{its_id}"),
            )
        )
    await writing.session.flush()


async def stands_so(
    asking: Reading | Writing,
    row: Registration,
    said: Written,
    new: Sequence[Scan],
    keep: Sequence[str],
) -> bool:
    """Say whether that is how it stands: the same form came twice."""
    try:
        if row.words == EMPTY or await words_of(asking, row) != said:
            return False
        every = await pictures_of(asking, row)
        bodies = [(each.id, (await picture(asking, row, each.id))[1]) for each in every]
    except Unreadable:
        return False
    kept = [body for its_id, body in bodies if its_id in keep]
    return [body for _, body in bodies] == [*kept, *(scan.raw for scan in new)]


async def pictures_of(asking: Reading | Writing, row: Registration) -> list[RegistrationPicture]:
    """Give its pictures, in order."""
    found = await asking.session.scalars(
        select(RegistrationPicture)
        .where(RegistrationPicture.registration == row.id)
        .order_by(RegistrationPicture.n, RegistrationPicture.id)
    )
    return list(found)


async def picture(asking: Reading | Writing, row: Registration, its_id: str) -> tuple[str, bytes]:
    """Decrypt one: its type, and what is in it. `LookupError` for none; or `Unreadable`."""
    found = await asking.session.get(RegistrationPicture, its_id)
    if found is None or found.registration != row.id:
        raise LookupError(its_id)
    key = await known_key(asking, key_owner(row.id))
    return found.type, unseal(key, found.body, bound_to=f"registration_pictures/{its_id}")


async def forget(writing: Writing, row: Registration) -> None:
    """Leave nothing of words or pictures, nor the key that they lay under."""
    row.words = EMPTY
    await writing.session.execute(
        delete(RegistrationPicture).where(RegistrationPicture.registration == row.id)
    )
    await destroy_key(writing, key_owner(row.id))


def _place(row: Registration) -> str:
    return f"registrations/{row.id}/words"
