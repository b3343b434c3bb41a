"""The area of the account that wrote at a desk stays with what it wrote"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("submission", sa.Column("writer_area", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("submission", "writer_area")
