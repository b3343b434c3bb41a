"""Boundary sets have a period, overlays an agency, a scale and a legal status; areas keep their old codes"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name, kind, default in (
        ("valid_from", sa.String(length=10), ""),
        ("valid_to", sa.String(length=10), ""),
        ("agency", sa.Text(), ""),
        ("scale", sa.Integer(), "0"),
        ("legal_status", sa.Text(), ""),
    ):
        op.add_column("boundary_set", sa.Column(name, kind, nullable=False, server_default=default))
    op.create_table(
        "area_alias",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("now", sa.String(length=8), nullable=False),
        sa.Column("boundary_set", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )


def downgrade() -> None:
    op.drop_table("area_alias")
    for name in ("legal_status", "scale", "agency", "valid_to", "valid_from"):
        op.drop_column("boundary_set", name)
