"""Parts of the pages of phones and sources: forms published, offered, received."""
