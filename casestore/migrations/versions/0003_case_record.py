"""People, cases, notes, access, audit, deletion: the tables of the case record."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT: Final = sa.DateTime(timezone=True)
COUNTER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("user", sa.String(length=64), nullable=True),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("of", sa.String(length=64), nullable=True),
        sa.Column("n", COUNTER, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_of"), "audit_events", ["of"])
    op.create_index(op.f("ix_audit_events_user"), "audit_events", ["user"])
    op.create_index(op.f("ix_audit_events_what"), "audit_events", ["what"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", COUNTER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=32), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "case_numbers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_numbers")),
        sa.UniqueConstraint("team", "year", name=op.f("uq_case_numbers_team_year")),
    )
    op.create_table(
        "chain_anchors",
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("n", COUNTER, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "day", name=op.f("pk_chain_anchors")),
    )
    op.create_table(
        "search_marks",
        sa.Column("mark", sa.LargeBinary(length=8), nullable=False),
        sa.Column("of", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("mark", "of", name=op.f("pk_search_marks")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_marks_of"), "search_marks", ["of"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("target_kind", sa.String(length=8), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=64), nullable=True),
        sa.Column("confirmed_extent", sa.String(length=64), nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("carried_out_at", MOMENT, nullable=True),
        sa.Column("carried_out_by", sa.String(length=64), nullable=True),
        sa.Column("certificate", sa.Text(), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('restrict', 'unrestrict', 'dispose', 'delete_mistake')",
            name=op.f("ck_decisions_kind"),
        ),
        sa.CheckConstraint(
            "target_kind IN ('person', 'entry', 'note')", name=op.f("ck_decisions_target_kind")
        ),
        sa.CheckConstraint(
            "kind <> 'dispose' OR carried_out_at IS NULL "
            "OR (confirmed_by IS NOT NULL AND confirmed_by <> proposed_by)",
            name=op.f("ck_decisions_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["carried_out_by"], ["users.id"], name=op.f("fk_decisions_carried_out_by")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_decisions_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["users.id"], name=op.f("fk_decisions_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_proposed_at"), "decisions", ["proposed_at"])
    op.create_index(op.f("ix_decisions_target"), "decisions", ["target"])
    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("role = 'deputy'", name=op.f("ck_grants_role")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_grants_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_grants_made_by")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_grants_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_user"), "grants", ["user"])
    op.create_table(
        "access_changes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_access_changes_made_by")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_access_changes_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_changes")),
    )
    op.create_index(op.f("ix_access_changes_made_at"), "access_changes", ["made_at"])
    op.create_index(op.f("ix_access_changes_user"), "access_changes", ["user"])
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("authority_told_at", MOMENT, nullable=True),
        sa.Column("affected_told_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "severity IN ('none', 'risk', 'high_risk')", name=op.f("ck_incidents_severity")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_incidents_closed_by")),
        sa.ForeignKeyConstraint(["written_by"], ["users.id"], name=op.f("fk_incidents_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_written_at"), "incidents", ["written_at"])
    op.create_table(
        "journal_additions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("of", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('correction', 'statement')", name=op.f("ck_journal_additions_kind")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["users.id"], name=op.f("fk_journal_additions_added_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_additions")),
    )
    op.create_index(op.f("ix_journal_additions_of"), "journal_additions", ["of"])
    op.create_table(
        "persons",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("restricted_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_persons_created_by")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["persons.id"], name=op.f("fk_persons_merged_into")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
    )
    op.create_index(op.f("ix_persons_created_at"), "persons", ["created_at"])
    op.create_index(op.f("ix_persons_created_by"), "persons", ["created_by"])
    op.create_index(op.f("ix_persons_merged_into"), "persons", ["merged_into"])
    op.create_table(
        "journal_moves",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("conversation", sa.String(length=64), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("to", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["before"], ["persons.id"], name=op.f("fk_journal_moves_before")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_journal_moves_made_by")),
        sa.ForeignKeyConstraint(["to"], ["persons.id"], name=op.f("fk_journal_moves_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_moves")),
    )
    op.create_index(op.f("ix_journal_moves_conversation"), "journal_moves", ["conversation"])
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("responsible", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_cases_status")),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_cases_opened_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_cases_person")),
        sa.ForeignKeyConstraint(["responsible"], ["users.id"], name=op.f("fk_cases_responsible")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("team", "number", name=op.f("uq_cases_team_number")),
    )
    op.create_index(op.f("ix_cases_opened_at"), "cases", ["opened_at"])
    op.create_index(op.f("ix_cases_person"), "cases", ["person"])
    op.create_index(op.f("ix_cases_responsible"), "cases", ["responsible"])
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["lifted_by"], ["users.id"], name=op.f("fk_holds_lifted_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_holds_made_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_holds_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_person"), "holds", ["person"])
    op.create_table(
        "incident_affected",
        sa.Column("incident", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident"], ["incidents.id"], name=op.f("fk_incident_affected_incident")
        ),
        sa.PrimaryKeyConstraint("incident", "id", name=op.f("pk_incident_affected")),
    )
    op.create_table(
        "journal_codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("identity", sa.String(length=16), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_journal_codes_made_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_journal_codes_person")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_journal_codes")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_journal_codes_secret_hash")),
    )
    op.create_index(op.f("ix_journal_codes_person"), "journal_codes", ["person"])
    op.create_table(
        "journal_guard",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_guard_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_guard")),
    )
    op.execute("INSERT INTO journal_guard (id, team, since, wrong) VALUES (1, '', NULL, 0)")
    op.create_table(
        "merges",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("into", sa.String(length=64), nullable=False),
        sa.Column("moved", sa.String(length=4000), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["into"], ["persons.id"], name=op.f("fk_merges_into")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_merges_made_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_merges_person")),
        sa.ForeignKeyConstraint(["undone_by"], ["users.id"], name=op.f("fk_merges_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_into"), "merges", ["into"])
    op.create_index(op.f("ix_merges_person"), "merges", ["person"])
    op.create_table(
        "omissions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("of", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_omissions_made_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_omissions_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_omissions")),
    )
    op.create_index(op.f("ix_omissions_of"), "omissions", ["of"])
    op.create_index(op.f("ix_omissions_person"), "omissions", ["person"])
    op.create_table(
        "person_files",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("of", sa.String(length=64), nullable=True),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_person_files_added_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_person_files_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_files")),
    )
    op.create_index(op.f("ix_person_files_of"), "person_files", ["of"])
    op.create_index(op.f("ix_person_files_person"), "person_files", ["person"])
    op.create_table(
        "case_closings",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("reopened_at", MOMENT, nullable=True),
        sa.Column("reopened_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_closings_case")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["users.id"], name=op.f("fk_case_closings_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["reopened_by"], ["users.id"], name=op.f("fk_case_closings_reopened_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_closings")),
    )
    op.create_index(op.f("ix_case_closings_case"), "case_closings", ["case"])
    op.create_table(
        "case_handovers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("from_user", sa.String(length=64), nullable=False),
        sa.Column("to_user", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["users.id"], name=op.f("fk_case_handovers_by")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_handovers_case")),
        sa.ForeignKeyConstraint(
            ["from_user"], ["users.id"], name=op.f("fk_case_handovers_from_user")
        ),
        sa.ForeignKeyConstraint(["to_user"], ["users.id"], name=op.f("fk_case_handovers_to_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_handovers")),
    )
    op.create_index(op.f("ix_case_handovers_case"), "case_handovers", ["case"])
    op.create_index(op.f("ix_case_handovers_to_user"), "case_handovers", ["to_user"])
    op.create_table(
        "case_parties",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_case_parties_added_by")),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_case_parties_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_parties")),
    )
    op.create_index(op.f("ix_case_parties_case"), "case_parties", ["case"])
    op.create_table(
        "concerns",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("thread", sa.String(length=64), nullable=True),
        sa.Column("receiver", sa.String(length=40), nullable=False),
        sa.Column("told", sa.String(length=8), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("told IN ('yes', 'no')", name=op.f("ck_concerns_told")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_concerns_person")),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_concerns_thread")),
        sa.ForeignKeyConstraint(["written_by"], ["users.id"], name=op.f("fk_concerns_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concerns")),
    )
    op.create_index(op.f("ix_concerns_person"), "concerns", ["person"])
    op.create_index(op.f("ix_concerns_thread"), "concerns", ["thread"])
    op.create_index(op.f("ix_concerns_written_at"), "concerns", ["written_at"])
    op.create_index(op.f("ix_concerns_written_by"), "concerns", ["written_by"])
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_shares_case")),
        sa.ForeignKeyConstraint(["ended_by"], ["users.id"], name=op.f("fk_shares_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_shares_made_by")),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name=op.f("fk_shares_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
    )
    op.create_index(op.f("ix_shares_case"), "shares", ["case"])
    op.create_index(op.f("ix_shares_user"), "shares", ["user"])
    op.create_table(
        "thread_ties",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("broken_at", MOMENT, nullable=True),
        sa.Column("broken_by", sa.String(length=64), nullable=True),
        sa.Column("broken_reason", sa.LargeBinary(), nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["broken_by"], ["users.id"], name=op.f("fk_thread_ties_broken_by")),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_thread_ties_made_by")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_thread_ties_person")),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_thread_ties_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_ties")),
    )
    op.create_index(op.f("ix_thread_ties_person"), "thread_ties", ["person"])
    op.create_index(
        op.f("uq_thread_ties_held"),
        "thread_ties",
        ["thread"],
        unique=True,
        sqlite_where=sa.text("broken_at IS NULL"),
        postgresql_where=sa.text("broken_at IS NULL"),
    )
    op.create_table(
        "disclosures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("consent", sa.String(length=64), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_disclosures_case")),
        sa.ForeignKeyConstraint(["consent"], ["consents.id"], name=op.f("fk_disclosures_consent")),
        sa.ForeignKeyConstraint(["person"], ["persons.id"], name=op.f("fk_disclosures_person")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["users.id"], name=op.f("fk_disclosures_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
    )
    op.create_index(op.f("ix_disclosures_case"), "disclosures", ["case"])
    op.create_index(op.f("ix_disclosures_person"), "disclosures", ["person"])
    op.create_index(op.f("ix_disclosures_written_at"), "disclosures", ["written_at"])
    op.create_table(
        "journal_notes",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case", sa.String(length=64), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("consent", sa.String(length=64), nullable=False),
        sa.Column("consent_purpose", sa.String(length=64), nullable=False),
        sa.Column("consent_answer", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.CheckConstraint("consent_answer = 'yes'", name=op.f("ck_journal_notes_answer_is_yes")),
        sa.CheckConstraint(
            "consent_purpose = 'journal'", name=op.f("ck_journal_notes_purpose_is_journal")
        ),
        sa.ForeignKeyConstraint(["case"], ["cases.id"], name=op.f("fk_journal_notes_case")),
        sa.ForeignKeyConstraint(
            ["consent", "thread", "consent_purpose", "consent_answer"],
            ["consents.id", "consents.thread", "consents.purpose", "consents.answer"],
            name="fk_journal_notes_consent",
        ),
        sa.ForeignKeyConstraint(["thread"], ["threads.id"], name=op.f("fk_journal_notes_thread")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["users.id"], name=op.f("fk_journal_notes_written_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_notes")),
    )
    op.create_index(op.f("ix_journal_notes_case"), "journal_notes", ["case"])
    op.create_index(op.f("ix_journal_notes_written_at"), "journal_notes", ["written_at"])
    op.create_index(op.f("ix_journal_notes_written_by"), "journal_notes", ["written_by"])
