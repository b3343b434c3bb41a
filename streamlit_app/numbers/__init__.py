"""Parts of the pages of indicators and plans."""
