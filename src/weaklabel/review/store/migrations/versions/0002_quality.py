"""The second form: reviewers, who adjudicate records and send them back; how many annotators a task wants."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KINDS = "kind IN ('decide', 'skip', 'adjudicate', 'return', 'undo')"
COLUMNS = "id, key, kind, record_id, annotator_id, run, done_at, spent_ms, note, undoes"


def upgrade() -> None:
    """Change the tables."""
    op.add_column("annotators", sa.Column("is_reviewer", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("tasks", sa.Column("wanted", sa.Integer, nullable=False, server_default="1"))
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_acts_kind", "acts", type_="check")
        op.alter_column("acts", "kind", type_=sa.String(10))
        op.create_check_constraint("ck_acts_kind", "acts", KINDS)
    else:
        _rebuild_acts()


def _rebuild_acts() -> None:
    """Copy all acts into a table that allows more kinds: SQLite cannot change a constraint.

    See "Making Other Kinds Of Table Schema Changes" at sqlite.org/lang_altertable.html; foreign keys are off.
    """
    op.create_table(
        "new_acts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
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
        sa.CheckConstraint(KINDS, name="ck_acts_kind"),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="ck_acts_undoes"),
    )
    op.execute(f"INSERT INTO new_acts ({COLUMNS}) SELECT {COLUMNS} FROM acts")  # noqa: S608 - our own names
    op.drop_table("acts")  # its indexes and triggers go with it
    op.rename_table("new_acts", "acts")
    op.create_index("ix_acts_record_id_annotator_id", "acts", ["record_id", "annotator_id"])
    op.create_index("ix_acts_annotator_id_id", "acts", ["annotator_id", "id"])
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER acts_no_{event.lower()} BEFORE {event} ON acts "
            "BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END"
        )
