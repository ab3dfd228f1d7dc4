"""The first form: annotators, sessions, tasks, leases, and acts with their decisions, which stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = ("acts", "decisions")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "annotators",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_annotators"),
        sa.UniqueConstraint("name", name="uq_annotators_name"),
        sa.UniqueConstraint("token_hash", name="uq_annotators_token_hash"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_hash", sa.String(64), nullable=False),
        sa.Column("annotator_id", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotators.id"], name="fk_sessions_annotator_id"),
    )
    op.create_table(
        "tasks",
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("remaining", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_tasks"),
    )
    is_open = sa.text("remaining > 0")
    op.create_index("ix_tasks_open", "tasks", ["position"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_table(
        "leases",
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("annotator_id", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "annotator_id", name="pk_leases"),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotators.id"], name="fk_leases_annotator_id"),
    )
    op.create_index("ix_leases_annotator_id", "leases", ["annotator_id"])
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("annotator_id", sa.Integer, nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_ms", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("undoes", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
        sa.UniqueConstraint("key", name="uq_acts_key"),
        sa.UniqueConstraint("undoes", name="uq_acts_undoes"),
        sa.ForeignKeyConstraint(["annotator_id"], ["annotators.id"], name="fk_acts_annotator_id"),
        sa.ForeignKeyConstraint(["undoes"], ["acts.id"], name="fk_acts_undoes"),
        sa.CheckConstraint("kind IN ('decide', 'skip', 'undo')", name="ck_acts_kind"),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="ck_acts_undoes"),
    )
    op.create_index("ix_acts_record_id_annotator_id", "acts", ["record_id", "annotator_id"])
    op.create_index("ix_acts_annotator_id_id", "acts", ["annotator_id", "id"])
    op.create_table(
        "decisions",
        sa.Column("act_id", sa.Integer, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(6), nullable=False),
        sa.PrimaryKeyConstraint("act_id", "tag", name="pk_decisions"),
        sa.ForeignKeyConstraint(["act_id"], ["acts.id"], name="fk_decisions_act_id"),
        sa.CheckConstraint("verdict IN ('yes', 'no', 'unsure')", name="ck_decisions_verdict"),
    )
    if op.get_bind().dialect.name == "postgresql":
        _keep_postgresql()
    else:
        _keep_sqlite()


def _keep_sqlite() -> None:
    """Let SQLite refuse to change or remove what is append-only."""
    for table in APPEND_ONLY:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are append-only'); END"
            )


def _keep_postgresql() -> None:
    """Let PostgreSQL refuse the same, and to empty the tables."""
    op.execute(
        "CREATE FUNCTION weaklabel_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% are append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION weaklabel_append_only()"
        )
