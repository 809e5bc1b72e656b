"""The same promises on the database that towns run on, where transactions run side by side."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import NoEars
from tests.flows import test_consent as consent
from tests.flows import test_ending as ending
from tests.flows import test_inbound_kinds as inbound
from tests.flows import test_replying as replying
from tests.flows import test_withdrawal as withdrawal
from tests.support.postgres import Server, drop_database, fresh_database, postgres
from tests.support.stage import Stage, stage_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

Scene = Callable[[Stage], Awaitable[None]]

SCENES: tuple[Scene, ...] = (
    consent.test_a_yes_by_button_is_recorded_with_everything_that_proves_it,
    consent.test_a_yes_after_the_end_holds_from_the_next_conversation,
    withdrawal.test_the_case_stores_own_refusal_means_the_same_and_is_not_tried_again,
    replying.test_two_replies_in_a_row_keep_their_order,
    ending.test_new_words_between_the_form_and_the_seal_call_the_end_off,
    ending.test_a_contact_is_put_read_back_and_compared_too,
    inbound.test_what_comes_twice_is_said_once,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as found:
        if found is None:
            pytest.skip("no PostgreSQL here")
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on_postgres(
    server: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    place: Path = tmp_path_factory.mktemp("town")
    ours, theirs = await fresh_database(server), await fresh_database(server)
    async with stage_in(place, database_url=ours, store_database_url=theirs) as stage:
        yield stage
    for url in (ours, theirs):
        await drop_database(server, url)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__.removeprefix("test_"))
async def test_the_same_promise_holds(on_postgres: Stage, ears: NoEars, scene: Scene) -> None:
    """What SQLite does one at a time must hold where two are at it."""
    on_postgres.is_heard_by(ears)
    await scene(on_postgres)
