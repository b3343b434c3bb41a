"""Coming."""


def page() -> None:
    """Draw the page."""


def open_to(viewer: object) -> bool:
    """Whether the page is for this viewer."""
    return True
