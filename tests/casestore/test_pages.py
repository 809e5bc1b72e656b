"""The pages: who sees what, who may do what, and that no other site can do it for them."""

import pytest

from casestore.users.rules import Role
from tests.casestore.people import sends_json, youth_with_case
from tests.casestore.stage import (
    Person,
    Stage,
    contact_body,
    copy_event,
    digest_of,
    message,
    sha256,
    transcript_body,
    withdrawal_body,
)


async def transferred(stage: Stage, caseworker: Person) -> None:
    """One transcript of this caseworker's, all the way to its verdicts."""
    await stage.agreed()
    document = transcript_body(stage, author=caseworker.id)
    await stage.bridge.put("transcripts/c_1", document)
    events = (
        {"kind": "sealed", "at": stage.at(-5), "by": caseworker.id, "filing": "journal"},
        {"kind": "read_back", "at": stage.at(1), "digest": digest_of(document)},
        {"kind": "forgotten", "at": stage.at(2), "count": 2},
        copy_event(stage, "k_1", "gone", evidence="reread"),
        copy_event(stage, "k_2", "by_hand", whose="caseworker", link="https://slack.test/p1"),
        copy_event(stage, "k_3", "recoverable", place="bridge", until=stage.at(3600)),
    )
    for number, event in enumerate(events):
        assert (await stage.bridge.tells("c_1", f"ev_{number}", event)).status_code == 201


async def test_the_team_leader_sees_every_transfer_a_caseworker_only_their_own(
    stage: Stage,
) -> None:
    """Who a youth talks to is the youth's business, also among colleagues."""
    tove, berit = await stage.leader(), await stage.person("berit")
    arne = await stage.person("arne")
    await transferred(stage, berit)
    await stage.bridge.put("contacts/c_9", contact_body(stage, by=arne.id))

    log = await tove.sees("/transfers")
    assert "Blå rev" in log
    assert "Stille elv" in log
    assert "1 × Slack-melding: må slettes for hånd" in log
    assert "Stille elv" not in await berit.sees("/transfers")
    assert "Blå rev" not in await arne.sees("/transfers/rows")
    for path in ("/transfers/c_1", "/journal/c_1", "/journal/c_1/attachments/a_1"):
        assert (await arne.http.get(path)).status_code == 404
    assert "lest på nytt, ikke funnet" in await berit.sees("/transfers/c_1")


async def test_a_reply_that_did_not_come_after_all_is_in_the_log_of_what_was_filed(
    stage: Stage,
) -> None:
    """The transcript says «sendt» for ever; whoever reads the log must see that it was not had."""
    tove, berit = await stage.leader(), await stage.person("berit")
    await transferred(stage, berit)
    before = await stage.bridge.get("transcripts/c_1/digest")

    bounced = {"kind": "not_delivered", "at": stage.at(60), "seq": 2, "reason": "rejected"}
    assert (await stage.bridge.tells("c_1", "ev_9", bounced)).status_code == 201

    assert "kom ikke fram til ungdommen" in await tove.sees("/transfers/c_1")
    assert (await stage.bridge.get("transcripts/c_1/digest")).json() == before.json()
    wrong = bounced | {"seq": 0}
    assert (await stage.bridge.tells("c_1", "ev_10", wrong)).status_code == 422


@pytest.mark.parametrize(
    ("choice", "seen"),
    [
        ("status=wiped", {"Blå rev"}),
        ("status=stored", {"Stille elv"}),
        ("verdict=by_hand", {"Blå rev"}),
        ("verdict=refused", set()),
        ("channel=telegram", {"Blå rev", "Stille elv"}),
        ("channel=instagram", set()),
        ("since=2026-11-03&until=2026-11-03", {"Blå rev", "Stille elv"}),
        ("until=2026-11-02", set()),
        ("since=rubbish&status=%00&page=99999999999", {"Blå rev", "Stille elv"}),
    ],
)
async def test_the_log_is_filtered(stage: Stage, choice: str, seen: set[str]) -> None:
    """Among a thousand transfers the team leader must find the one that went wrong."""
    tove, berit = await stage.leader(), await stage.person("berit")
    await transferred(stage, berit)
    await stage.bridge.put("contacts/c_9", contact_body(stage, by=tove.id))

    log = await tove.sees(f"/transfers?{choice}")

    assert {alias for alias in ("Blå rev", "Stille elv") if alias in log} == seen


async def test_only_the_team_leader_signs_off_on_every_path(stage: Stage) -> None:
    """A review that anybody could sign would be worth nothing to the youth it protects."""
    tove, berit = await stage.leader(), await stage.person("berit")
    token = {"X-Form-Token": await berit.form_token()}

    form = await berit.sends("/reviews", comment="ser fint ut")
    as_json = await berit.http.post("/api/reviews", json={"comment": "fint"}, headers=token)
    by_bridge = await stage.bridge.http.post("/api/reviews", json={"comment": "fint"})
    pages = [
        await berit.http.get(p) for p in ("/reviews", "/transfers/verify", "/transfers/export")
    ]

    assert [form.status_code, as_json.status_code] == [403, 403]
    assert by_bridge.status_code in {401, 403}
    assert [page.status_code for page in pages] == [403, 403, 403]
    assert "Ikke gjennomgått" not in await tove.sees("/reviews")
    assert "Ingen ennå" in await tove.sees("/reviews")

    assert (await tove.sends("/reviews", comment="Alt i orden i uke 45.")).status_code == 303
    assert "Alt i orden i uke 45." in await tove.sees("/reviews")
    signed = await sends_json(tove, "/api/reviews", {"comment": "også slik"})
    assert signed.status_code == 201


async def test_no_other_site_can_send_our_forms(stage: Stage) -> None:
    """A link in a chat must not be able to sign, tie or log out in an employee's name."""
    tove = await stage.leader()
    token = await tove.form_token()
    forged = [
        await tove.http.post("/reviews", data={"comment": "x", "form_token": token}, headers=lie)
        for lie in (
            {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "null"},
        )
    ]
    without = [await tove.sends(path, form_token="x") for path in ("/slack/code", "/logout")]
    guessed = await tove.sends("/reviews", comment="x", form_token="0" * 64)

    assert [answer.status_code for answer in (*forged, *without, guessed)] == [403] * 6
    assert "Ingen ennå" in await tove.sees("/reviews")


async def test_a_caseworker_ties_their_own_entry_to_a_case(stage: Stage) -> None:
    """An entry that no case leads to is an entry nobody will find when the youth asks for it."""
    berit, arne = await stage.person("berit"), await stage.person("arne")
    await transferred(stage, berit)
    _, case = await youth_with_case(stage, berit)
    assert "Blå rev" in await berit.sees("/unassigned")
    assert "Blå rev" not in await arne.sees("/unassigned")
    told = {"to": case, "case_id": "case_unused", "reason": "Hun sa det selv."}

    by_another = await arne.sends("/journal/c_1/case", **told)
    wrong = await berit.sends("/journal/c_1/case", **told | {"reason": "<b>" + "x" * 1000})
    tied = await berit.sends("/journal/c_1/case", **told)

    assert [by_another.status_code, wrong.status_code, tied.status_code] == [404, 422, 303]
    assert "<b>xx" not in wrong.text
    assert "Alt er knyttet til en sak" in await berit.sees("/unassigned")
    cases = await stage.bridge.get("threads/t_rev/cases")
    assert cases.json() == {"cases": ["2026/0001"]}


async def test_whoever_reads_the_journal_is_noted_in_it(stage: Stage) -> None:
    """The youth may ask who has read their words, and must get an answer."""
    tove, berit = await stage.leader(), await stage.person("berit")
    line = {"id": "a_1", "name": "hund.svg", "type": "image/svg+xml", "size": 3}
    await stage.agreed()
    await stage.bridge.put_file("c_1", "a_1", b"abc")
    said = [
        message(1, "<script>alert(1)</script>", attachments=[line | {"sha256": sha256(b"abc")}])
    ]
    body = transcript_body(stage, author=berit.id, messages=said)
    assert (await stage.bridge.put("transcripts/c_1", body)).status_code == 201

    read = await tove.sees("/journal/c_1")
    file = await tove.http.get("/journal/c_1/attachments/a_1")

    assert "<script>alert" not in read
    assert "&lt;script&gt;alert" in read
    assert (file.content, file.headers["content-type"]) == (b"abc", "application/octet-stream")
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    assert (await berit.sees("/journal/c_1")).count("Tove") == 2


async def test_a_withdrawal_is_a_task_for_the_team_leader_until_followed_up(stage: Stage) -> None:
    """The youth who said STOPP was promised that a person follows up."""
    tove, berit = await stage.leader(), await stage.person("berit")
    await stage.bridge.put("withdrawals/w_1", withdrawal_body(stage))
    asked = {"thread": "t_rev", "alias": "Blå rev", "channel": "telegram", "asked_at": stage.at()}
    await stage.bridge.put("requests/r_1", asked | {"kind": "access"})
    await stage.bridge.put("requests/r_1", asked | {"kind": "access"})

    tasks = await tove.sees("/tasks")
    number = tasks.split('action="/tasks/')[1].split("/")[0]

    assert "Samtykket er trukket" in tasks
    assert tasks.count("Ber om innsyn") == 1
    assert "trukket" not in await berit.sees("/tasks")
    done = {"note": "Snakket med ungdommen."}
    assert (await berit.sends(f"/tasks/{number}/done", **done)).status_code == 403
    for _ in range(2):  # an impatient thumb
        assert (await tove.sends(f"/tasks/{number}/done", **done)).status_code == 303
    other = {"note": "Noe annet."}
    assert (await tove.sends(f"/tasks/{number}/done", **other)).status_code == 409
    assert "Snakket med ungdommen." in await tove.sees("/tasks")


async def test_what_was_taken_back_after_the_filing_is_a_task_that_says_so(stage: Stage) -> None:
    """«Ber om sletting» would have the leader look for a wish that nobody has written."""
    tove = await stage.leader()
    asked = {"thread": "t_rev", "alias": "Blå rev", "channel": "messenger", "asked_at": stage.at()}

    assert (
        await stage.bridge.put("requests/r_1", asked | {"kind": "taken_back"})
    ).status_code == 201

    tasks = await tove.sees("/tasks")
    assert "Tatt tilbake av ungdommen" in tasks
    assert "Den står i journalen til du har avgjort det" in tasks
    assert "Ber om sletting" not in tasks
    number = tasks.split('action="/tasks/')[1].split("/")[0]
    assert (
        await tove.sends(f"/tasks/{number}/done", note="Rettet etter samtale.")
    ).status_code == 303
    assert "Tatt tilbake av ungdommen" in await tove.sees("/tasks")


async def test_what_is_stuck_is_shown_with_why_and_goes_when_solved(stage: Stage) -> None:
    """A reply that may not have reached a youth must not be found out by chance."""
    tove, berit = await stage.leader(), await stage.person("berit")
    body = {
        "kind": "uncertain_reply",
        "conversation": "c_1",
        "alias": "Blå rev",
        "since": stage.at(),
        "resolved_at": None,
        "reason": "timeout",
    }
    first = await stage.bridge.put("stuck/x_1", body)
    again = await stage.bridge.put("stuck/x_1", body)

    assert [first.status_code, again.status_code] == [201, 200]
    assert "Usikkert om et svar kom fram" in await tove.sees("/transfers/rows")
    assert "Usikkert" not in await berit.sees("/transfers/rows")
    solved = await stage.bridge.put("stuck/x_1", body | {"resolved_at": stage.at(9)})
    assert solved.status_code == 200
    assert "Usikkert om et svar" not in await tove.sees("/transfers/rows")


async def test_pages_are_not_kept_framed_or_scripted_by_others(stage: Stage) -> None:
    """The pages are open on screens that others walk past, in browsers that others use."""
    tove = await stage.person("tove", Role.TEAM_LEADER)
    await transferred(stage, tove)

    for path in ("/transfers", "/transfers/c_1", "/journal/c_1", "/tasks", "/nowhere"):
        answer = await tove.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
        title = answer.text.split("<title>")[1].split("</title>")[0]
        assert "rev" not in title
        assert "Utekontakt" not in title
