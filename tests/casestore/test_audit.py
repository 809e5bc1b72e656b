"""The audit: who did what, in plain words, whole or known to be broken, and on paper."""

import ast
import asyncio
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

import casestore
from casestore.audit.chain import AUDIT, note
from casestore.audit.checking import grouped
from casestore.audit.commands import anchor, verify_audit
from casestore.audit.phrases import PHRASES, TOLD
from casestore.hashchain import Head
from casestore.transfers.chain import TRANSFERS
from casestore.users.rules import Role
from tests.casestore.people import youth_with_case
from tests.casestore.stage import Stage

CODE: Final = Path(casestore.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the code that notes something, or hands what is to be noted to who does."""

    file: str
    module: str
    call: ast.Call
    what: ast.expr
    within: ast.AsyncFunctionDef | None


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.AsyncFunctionDef | None]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef):
            inside = (node for node in ast.walk(function) if isinstance(node, ast.Call))
            yield from ((call, function) for call in inside)


def noted() -> Iterator[Place]:
    """Every place that notes something; one that notes what it is handed, by its callers."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE.rglob("*.py")}
    wanted = [("casestore.audit.chain", "note", 1)]
    for source, name, place in wanted:
        for path, tree in sorted(trees.items()):
            module = ".".join(("casestore", *path.relative_to(CODE).with_suffix("").parts))
            names = {name} if module == source else set()
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom) and node.module == source:
                    names |= {each.asname or each.name for each in node.names if each.name == name}
            for call, within in calls(tree):
                if getattr(call.func, "id", "") not in names:
                    continue
                what = call.args[place]
                handed = [each.arg for each in within.args.args] if within else []
                if within and isinstance(what, ast.Name) and what.id in handed:
                    wanted.append((module, within.name, handed.index(what.id)))
                    continue
                file = str(path.relative_to(CODE))
                yield Place(file=file, module=module, call=call, what=what, within=within)


def codes(what: ast.expr, module: str) -> set[str]:
    """The codes that an expression may give; what is put together gives those it could be."""
    known = vars(importlib.import_module(module))
    match what:
        case ast.Constant(value=str() as code):
            return {code}
        case ast.Name(id=name) if name in known:
            return {known[name]}
        case ast.Subscript(value=ast.Name(id=name)) if name in known:
            return set(known[name].values())
        case ast.IfExp(body=one, orelse=other):
            return codes(one, module) | codes(other, module)
        case ast.JoinedStr(values=parts):
            pattern = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z_]+"
                for part in parts
            )
            return {code for code in PHRASES if re.fullmatch(pattern, code)} or {pattern}
        case _:
            return {ast.unparse(what)}


def test_every_deed_that_is_noted_has_words_and_so_has_what_is_told_of_it() -> None:
    """A team leader who must guess what `x.y` means has not been told anything."""
    places = list(noted())
    said = {(place.file, code) for place in places for code in codes(place.what, place.module)}
    told = {(place.file, word.arg) for place in places for word in place.call.keywords}

    assert len(places) > 10
    assert ("access/making.py", "account.made") in said, "also what is handed on is found"
    assert {each for each in said if each[1] not in PHRASES} == set()
    assert {each for each in told if each[1] not in {"by", "of", None, *TOLD}} == set()


async def happened(stage: Stage) -> tuple[str, str]:
    """Two employees, deeds on two days, and a hundred and twenty of them by one."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    async with stage.writing() as writing:
        await note(
            writing, "case.shared", by=berit.id, of="case_1", to=arne.id, until_day="2026-12-24"
        )
        await note(writing, "entry.read", by=arne.id, of="c_1")
    stage.clock.move(timedelta(days=1))
    async with stage.writing() as writing:
        for number in range(120):
            await note(writing, "person.read", by=arne.id, of=f"p_{number % 3}")
        await note(writing, "own_journal.opened", by=None, of="p_1")
    return berit.id, arne.id


async def test_the_audit_tells_who_did_what_in_plain_words_the_newest_first(stage: Stage) -> None:
    """«Hvem har lest om meg?» has an answer that a person can read out."""
    await happened(stage)
    tove = await stage.leader()

    page = await tove.sees("/audit")

    told = page.split("<ol")[1]
    assert told.index("åpnet journalen sin") < told.index("så opplysningene om personen")
    assert "<strong>Ungdommen</strong> åpnet journalen sin" in told
    assert "<strong>Arne</strong> så opplysningene om personen" in told
    assert "Eldre →" in page
    shared = await tove.sees("/audit?what=case.shared")
    assert "<strong>Berit</strong> delte saken" in shared
    assert "til: Arne" in shared
    assert "til og med: 2026-12-24" in shared


@pytest.mark.parametrize(
    "address", ["/audit", "/audit?since=2026-11-03", "/audit?until=2026-12-31"]
)
async def test_the_cursor_walks_through_everything_once(stage: Stage, address: str) -> None:
    """New lines come all the time; a page counted from the top would show some twice."""
    await happened(stage)
    tove = await stage.leader()
    seen: list[int] = []
    while address:
        page = await tove.sees(address)
        seen += [int(n) for n in re.findall(r"· nr\. (\d+)", page)]
        async with stage.writing() as writing:
            await note(writing, "case.read", by=tove.id, of="case_9")
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = more[1].replace("&amp;", "&") if more else ""

    assert seen == list(range(seen[0], 0, -1))
    assert seen[0] >= 123


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        ("what=entry.read", 1),
        ("of=p_0", 40),
        ("of=p_0&what=entry.read", 0),
        ("of=case_1", 1),
        ("since=2026-11-04&what=case.shared", 0),
        ("until=2026-11-03&of=c_1", 1),
        ("since=2026-11-03&until=2026-11-03&what=case.shared", 1),
        ("since=rubbish&before=%00&of=c_1", 1),
        ("before=99999999999999999999&of=c_1", 1),
        ("of=%27+OR+1%3D1--", 0),
        ("before=1", 0),
        ("since=2026-11-03&before=1", 0),
        ("since=2026-12-31", 0),
        ("until=2026-11-02&before=99999", 0),
    ],
)
async def test_the_audit_is_filtered(stage: Stage, choice: str, count: int) -> None:
    """Among a year's thousands, a complaint is about one case and one week."""
    await happened(stage)
    tove = await stage.leader()

    page = await tove.sees(f"/audit?{choice}")

    assert len(re.findall(r"· nr\. \d+", page)) == count


async def test_the_audit_is_filtered_by_employee(stage: Stage) -> None:
    """What one employee has looked at is what a suspicion is about."""
    berit, arne = await happened(stage)
    tove = await stage.leader()

    assert "Berit</strong>" in await tove.sees(f"/audit?by={berit}&of=case_1")
    assert "Berit</strong>" not in await tove.sees(f"/audit?by={arne}")


async def test_only_who_may_sees_the_audit_or_checks_it(stage: Stage) -> None:
    """Whom a colleague has read about says whom a colleague works with."""
    berit, head = await stage.person("berit"), await stage.person("hege", Role.DEPARTMENT_HEAD)
    for path in ("/audit", "/audit/verify", "/audit/anchors", "/api/audit/chains"):
        assert (await berit.http.get(path)).status_code == 403
        assert (await head.http.get(path)).status_code == 200
    assert (
        await berit.sends("/audit/anchors", chain="audit", n="0", digits="0" * 64)
    ).status_code == 403


async def test_nothing_of_a_youth_is_in_the_audit_and_nothing_in_it_is_html(stage: Stage) -> None:
    """The audit is kept when a person is deleted: then it must not know what they were called."""
    berit, tove = await stage.person("berit"), await stage.leader()
    person, _ = await youth_with_case(stage, berit, alias="Purpurkanari", name="Kari Kanari")
    await berit.sees(f"/people/{person}")
    async with stage.writing() as writing:
        await note(writing, "case.read", by="<b>x</b>", of="<script>", number="<i>7</i>")

    page = await tove.sees("/audit")

    assert person in page
    for word in ("Purpurkanari", "Kanari", "<script>", "<b>x", "<i>7"):
        assert word not in page


async def break_(stage: Stage, table: str, n: int) -> None:
    async with stage.store.database.migrating() as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            await connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        said = f"UPDATE {table} SET event = '{{}}' WHERE n = {n}"  # noqa: S608  (our own names)
        await connection.execute(text(said))


@pytest.mark.parametrize("table", ["audit_events", "chain_events"])
async def test_both_chains_are_checked_on_the_page_and_by_the_command(
    stage: Stage, table: str
) -> None:
    """One that nobody checks can be broken for years."""
    tove = await stage.leader()
    for number in range(3):
        async with stage.writing() as writing:
            await TRANSFERS.append(writing, {"kind": "tied", "conversation": f"c_{number}"})
            await note(writing, "case.read", by=tove.id, of="case_1")
    assert "er brutt" not in await tove.sees("/audit/verify")
    holds, said = await verify_audit(stage.settings, clock=stage.clock.now)
    assert holds
    assert said.count(": hel.") == 2

    await break_(stage, table, 2)

    page = await tove.sees("/audit/verify")
    title = {"audit_events": "Hendelsesloggen", "chain_events": "Overføringsloggen"}[table]
    assert f"{title} er brutt" in page
    assert page.count("er brutt") == 1
    assert "nr. 2 er endret" in page
    holds, said = await verify_audit(stage.settings, clock=stage.clock.now)
    assert not holds
    assert f"{title}: BRUTT" in said
    chains = (await tove.http.get("/api/audit/chains")).json()
    assert [each["broken_at"] for each in chains if not each["holds"]] == [2]
    holds, said = await anchor(stage.settings, clock=stage.clock.now)
    assert not holds
    assert said.count("nr. 3") + said.count("nr. 4") <= 1, "a broken chain gives no anchor"


async def test_the_command_ends_with_what_a_script_can_tell_it_by(
    stage: Stage, tmp_path: Path
) -> None:
    """A check that runs at night wakes nobody unless it fails as commands fail."""
    tove = await stage.leader()
    async with stage.writing() as writing:
        await note(writing, "case.read", by=tove.id, of="case_1")
    whole = await asyncio.to_thread(run, stage, tmp_path, "verify-audit")
    printed = await asyncio.to_thread(run, stage, tmp_path, "anchor")
    await break_(stage, "audit_events", 1)
    broken = await asyncio.to_thread(run, stage, tmp_path, "verify-audit")

    async with stage.reading() as reading:
        head = await AUDIT.current(reading.session)
    assert (whole.returncode, printed.returncode, broken.returncode) == (0, 0, 1)
    assert "Hendelsesloggen: hel." in whole.stdout
    assert grouped(head.hash) in printed.stdout
    assert "Hendelsesloggen: BRUTT. Hendelse nr. 1" in broken.stdout


def run(stage: Stage, home: Path, command: str) -> subprocess.CompletedProcess[str]:
    told = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "UTEBRU_CASESTORE__DATABASE_URL": stage.settings.database_url,
        "UTEBRU_CASESTORE__KEYRING": str(stage.settings.keyring),
        "UTEBRU_DATA_DIR": str(home / "data"),
        "UTEBRU_TEAM": "oslo",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, "-m", "bridge", "admin", command],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=told,
    )


async def test_an_anchor_on_paper_is_compared_with_the_chain(stage: Stage) -> None:
    """Putting the whole database back a week is the one thing that only paper finds."""
    tove = await stage.leader()
    for day in range(3):
        for _ in range(2):
            async with stage.writing() as writing:
                await note(writing, "case.read", by=tove.id, of=f"case_{day}")
        stage.clock.move(timedelta(days=1))
        await tove.logs_in()
    async with stage.reading() as reading:
        head = await AUDIT.current(reading.session)
        oldest = (await AUDIT.anchors(reading.session))[-1]
    page = await tove.sees("/audit/anchors")
    assert grouped(head.hash) in page
    assert grouped(oldest.hash) in page

    async def says(n: str, digits: str, chain: str = "audit") -> tuple[int, bool, bool]:
        answer = await tove.sends("/audit/anchors", chain=chain, n=n, digits=digits)
        return answer.status_code, ">Stemmer<" in answer.text, ">Stemmer ikke<" in answer.text

    assert await says(str(head.n), head.hash) == (200, True, False)
    assert await says(f" {head.n} ", grouped(head.hash).upper()) == (200, True, False)
    assert await says("0", Head().hash) == (200, True, False)
    assert await says(str(head.n), head.hash[::-1]) == (200, False, True)
    assert await says(str(head.n - 1), head.hash) == (200, False, True)
    assert await says(str(head.n + 1), head.hash) == (200, False, True)
    assert await says(str(head.n), head.hash, "transfers") == (200, False, True)
    for n, digits, chain in (
        ("x", head.hash, "audit"),
        ("1", head.hash[:-1], "audit"),
        ("1", "<script>", "audit"),
        ("1", head.hash, "nothing"),
        ("", "", ""),
    ):
        answer = await tove.sends("/audit/anchors", chain=chain, n=n, digits=digits)
        assert answer.status_code == 422
        assert "Skriv nummeret" in answer.text
        assert "<script>" not in answer.text.split("</head>")[1]


async def test_another_site_cannot_send_the_form(stage: Stage) -> None:
    """A form is ours, or it is refused."""
    tove = await stage.leader()
    wrong = await tove.sends("/audit/anchors", form_token="0" * 64, chain="audit", n="1")

    assert wrong.status_code == 403
