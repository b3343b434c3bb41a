"""What is left of a submission that was emptied on request"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("submission", sa.Column("redaction_left", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("submission", "redaction_left")
