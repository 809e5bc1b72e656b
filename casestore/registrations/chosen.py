"""The pictures that were chosen in a form: all of them taken, or none, and why."""

from starlette.datastructures import FormData, UploadFile

from casestore.edge import Store
from casestore.registrations import phrases
from casestore.registrations.rules import MOST_BYTES, MOST_PICTURES
from casestore.uploads import FORMATS, NotTaken, Scan, Wrong, taken


async def chosen(store: Store, form: FormData) -> tuple[list[Scan], str | None]:
    """Give what was chosen; or nothing, and what is wrong with it."""
    # A field that was left empty comes as a file without a name.
    parts = [
        part
        for part in form.getlist("pictures")
        if isinstance(part, UploadFile) and (part.filename or part.size)
    ]
    if len(parts) > MOST_PICTURES:
        return [], phrases.TOO_MANY
    if sum(part.size or 0 for part in parts) > MOST_BYTES:
        return [], phrases.FILE[Wrong.TOO_LARGE]
    found = []
    for part in parts:
        try:
            # The name says nothing that we want to keep.
            scan = await taken(store, name="", raw=await part.read())
            if scan.type not in FORMATS:
                raise NotTaken(Wrong.WRONG_TYPE)
        except NotTaken as why:
            return [], phrases.FILE[why.why]
        found.append(scan)
    return found, None
