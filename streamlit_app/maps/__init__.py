"""The map: built once, fed by its own routes, and what it is told to show."""
