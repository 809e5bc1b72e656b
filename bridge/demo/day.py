"""The scripted day: eleven scenes, each with the promises it must keep."""

from bridge.demo.cast import Cast
from bridge.demo.scenes import channels, maya, mina, night, ola, outage

SCENES = (
    maya.writes,
    maya.is_answered,
    maya.says_yes,
    maya.is_taken_care_of,
    ola.says_no,
    outage.case_store,
    outage.bridge,
    mina.writes_at_night,
    channels.the_same_story,
    channels.carried_by_hand,
    night.is_looked_over,
)


async def day(cast: Cast) -> None:
    """Raises `Broken` at the first promise that does not hold."""
    for scene in SCENES:
        await scene(cast)
