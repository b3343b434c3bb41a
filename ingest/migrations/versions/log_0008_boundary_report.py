"""What an import said about a boundary file stays with the set"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("boundary_set", sa.Column("report", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("boundary_set", "report")
