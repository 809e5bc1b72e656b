"""The templates, as they are read when somebody first opens a page."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from casestore.access.gate import ever_may, may
from casestore.access.rules import Action
from casestore.templating import HERE
from casestore.texts.catalogue import translated, translated_of
from casestore.texts.speaking import NAMES, spoken
from casestore.times import day_in_oslo, grouped, in_oslo, length, written
from casestore.users.rules import IDLE


def environment() -> Environment:
    """Make the environment that templates are rendered in."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=("jinja2.ext.i18n",),
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translated(text, spoken()),
        lambda one, many, number: translated_of(one, many, number, spoken()),
        newstyle=True,
    )
    made.globals.update(
        languages=NAMES, ever=ever_may, may=may, Action=Action, idle=round(IDLE.total_seconds())
    )
    made.filters.update(oslo=in_oslo, day=day_in_oslo, date=written, number=grouped, length=length)
    return made
