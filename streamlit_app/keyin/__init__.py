"""Parts of the key-in page: paper, Excel, and lines typed as text."""
