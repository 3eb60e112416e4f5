"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_week_student", "changes", ["week", "student"], unique=False)
    op.create_table(
        "graders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_graders"),
    )
    op.create_table(
        "overrides",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", "student", "criterion", name="pk_overrides"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("notebook", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grader", sa.String(), nullable=False),
        sa.Column("observations", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_week_student_key", "runs", ["week", "student", "key"], unique=False)
    op.create_table(
        "claims",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("grader", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["grader"], ["graders.id"], name="fk_claims_grader", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("week", "student", "key", name="pk_claims"),
    )
    op.create_table(
        "executed",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_executed_run"),
        sa.PrimaryKeyConstraint("run", name="pk_executed"),
    )
    op.create_table(
        "scores",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("card_sha256", sa.String(), nullable=False),
        sa.Column("max_score", sa.Double(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("grade", sa.Double(), nullable=True),
        sa.Column("submitted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("late_percent", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_scores_run"),
        sa.PrimaryKeyConstraint("week", "student", name="pk_scores"),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("student", sa.String(), nullable=False),
        sa.Column("criterion", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["week", "student"], ["scores.week", "scores.student"], name="fk_comments_week_student"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )


def downgrade() -> None:
    """Back to nothing."""
    op.drop_table("comments")
    op.drop_table("scores")
    op.drop_table("executed")
    op.drop_table("claims")
    op.drop_index("ix_runs_week_student_key", table_name="runs")
    op.drop_table("runs")
    op.drop_table("overrides")
    op.drop_table("graders")
    op.drop_index("ix_changes_week_student", table_name="changes")
    op.drop_table("changes")
