"""Where a submission stands with the office it came from is kept, to be compared with where it stands here"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("source_item", sa.Column("review", sa.String(60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("source_item", "review")
