"""Snapchat's export as the command asks for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bots.carried import my_data
from bots.carried.archives import Unsafe, opened
from bots.carried.convert import written as in_our_form
from bots.carried.snapchat import NAME
from bridge.domain.carried import ref_of
from bridge.domain.exports import Exported, Talk
from bridge.domain.ids import Address
from bridge.domain.inline import inline
from bridge.domain.messages import Echoed, File, Inbound, Said


class SnapchatExport:
    channel: Final = NAME
    refused: Final = Unsafe

    @staticmethod
    def read(zips: Sequence[Path]) -> list[Talk]:
        """Raises `Unsafe`."""
        with opened(zips) as archives:
            return my_data.read(archives)

    @staticmethod
    def written(address: Address, message: Exported) -> bytes:
        ref = ref_of(message.at, f"export-{message.key}")
        files = tuple(
            File(
                ref=inline(each.body),
                name=each.name, type=each.type, size=len(each.body),
            )
            for each in message.media
        )  # fmt: skip
        text, shown = message.text, message.placeholder
        if message.ours:
            said = text or (f"[{shown}]" if shown else "")
            fact: Said | Echoed = Echoed(ref=ref, text=said, files=files)
        else:
            fact = Said(ref=ref, text=text, files=files, placeholder=shown)
        return in_our_form(Inbound(address=address, at=message.at, fact=fact), fact)
