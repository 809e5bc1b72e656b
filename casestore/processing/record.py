"""The record and the assessment as they stand in this store, and written out as Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import make_url

from casestore.contacts.counting import CHANNEL_SAID
from casestore.contacts.tables import Contact
from casestore.database import each_of
from casestore.edge import Reading
from casestore.processing.activities import ACTIVITIES, CONFIRM, EFFECTIVE, VERSION, Activity, Basis
from casestore.processing.assessment import LEVELS, NECESSITY, RISKS, WHY
from casestore.processing.assessment import VERSION as ASSESSMENT
from casestore.texts.phrases import _, joined
from casestore.times import day_in_oslo, written
from casestore.transfers.phrases import said
from casestore.transfers.tables import Transfer
from casestore.users.sessions import Visitor

DATABASES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What is true of this store: the team, the database, and the channels that have been used."""

    team: str
    database: str
    channels: Sequence[str]
    on: str


async def here(reading: Reading, who: Visitor) -> Here:
    """Find what is true of this store now."""
    session, used = reading.session, set[str]()
    for table in (Transfer, Contact):
        used |= set(await each_of(session, table.channel, table.team == who.team))
    backend = make_url(reading.store.settings.database_url).get_backend_name()
    return Here(
        team=who.team,
        database=DATABASES.get(backend, backend),
        channels=sorted(said(CHANNEL_SAID, channel) for channel in used),
        on=day_in_oslo(reading.now),
    )


def basis_said(basis: Basis) -> str:
    """Say a basis, and whether its source has been read."""
    if basis.checked_on is None:
        return _("{basis} (kilden er ikke kontrollert)").format(basis=basis.text)
    return _("{basis} (kilden er lest {day})").format(
        basis=basis.text, day=written(basis.checked_on)
    )


def as_markdown(here: Here) -> str:
    """Write the record and the assessment, in the language that is spoken."""
    return "\n".join(map(str, (*_record(here), "", *_assessment()))) + "\n"


def _record(here: Here) -> Iterator[str]:
    yield joined(" ", ("#", _("Protokoll over behandlingsaktiviteter")))
    yield ""
    yield _("{team}, {day}. Personvernforordningen art. 30.").format(
        team=_plain(here.team), day=here.on
    )
    yield _("Versjon {version}, gjelder fra {day}. Alt rettslig {confirm}.").format(
        version=VERSION, day=written(EFFECTIVE), confirm=CONFIRM
    )
    yield ""
    yield f"- Database: {_plain(here.database)}"
    used = ", ".join(map(str, here.channels)) or _("ingen ennå")
    yield _("- Kanaler som har vært brukt: {used}").format(used=_plain(used))
    for activity in ACTIVITIES:
        yield from _activity(activity)


def _activity(activity: Activity) -> Iterator[str]:
    yield f"\n## {activity.title}\n"
    yield f"{activity.purpose}\n"
    told: tuple[tuple[str, Iterable[str]], ...] = (
        (_("Hvem det gjelder"), activity.people),
        (_("Opplysninger"), activity.data),
        (_("Behandlingsgrunnlag"), (basis_said(basis) for basis in activity.bases)),
        (_("Mottakere"), activity.recipients),
        (_("Lagringstid"), (activity.retention,)),
        (_("Sikkerhet"), activity.measures),
    )
    for label, values in told:
        yield f"- **{label}:** {_plain('; '.join(map(str, values)))}"


def _assessment() -> Iterator[str]:
    yield joined(" ", ("#", _("Vurdering av personvernkonsekvenser (utkast)")))
    yield ""
    yield _("Versjon {version}. {confirm}.").format(
        version=ASSESSMENT, confirm=CONFIRM.capitalize()
    )
    yield ""
    yield WHY
    yield ""
    yield NECESSITY
    for risk in RISKS:
        yield f"\n## {risk.title}\n"
        yield f"{risk.harm}\n"
        yield from (f"- {_plain(measure)}" for measure in risk.measures)
        left = _("Det som står igjen ({level})").format(level=LEVELS[risk.level].lower())
        yield f"\n**{left}:** {_plain(risk.remains)}"


def _plain(text: str) -> str:
    """Give text in which Markdown finds no markup, nor HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", str(text)).replace("\n", " ")
