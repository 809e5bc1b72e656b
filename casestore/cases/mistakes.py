"""What is wrong with what somebody typed: said beside the field, and nothing is written."""

from casestore.problems import Problem
from casestore.texts.phrases import _


class Mistake(Problem):
    """
    A form that cannot be taken as it is; a page shows it again, JSON answers with the sentence.

    Raised before anything is written. `says` is ours, in bokmål, without a word of what was typed.
    """

    def __init__(self, field: str, says: str, *, status: int = 422, code: str = "mistake") -> None:
        super().__init__(status, code, says)
        self.field, self.says = field, says


def changed_meanwhile() -> Mistake:
    """Somebody else has changed it since the form was shown."""
    return Mistake(
        "version",
        _("Noen har endret saken mens du skrev. Se hva som er nytt, og lagre igjen."),
        status=409,
        code="changed-meanwhile",
    )


def within(field: str, typed: str, longest: int, *, missing: str) -> str:
    """Give what was typed without the space around it, or raise `Mistake`."""
    told = typed.replace("\r\n", "\n").strip()
    if not told:
        raise Mistake(field, missing)
    if len(told) > longest:
        raise Mistake(
            field,
            _("Teksten er for lang. Det er plass til {longest} tegn.").format(longest=longest),
        )
    if "\x00" in told:
        raise Mistake(field, _("Teksten har tegn som ikke kan lagres."))
    return told
