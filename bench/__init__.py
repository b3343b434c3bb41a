"""Measurements of the running product; ``python3 tambon.py bench`` runs them and writes ``RESULTS.md``."""
