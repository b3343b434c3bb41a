"""The levels of areas, and how long their codes are."""

LEVELS = ("province", "amphoe", "tambon")
DIGITS = {"province": 2, "amphoe": 4, "tambon": 6}

LAO, VILLAGE, OVERLAY = "lao", "village", "overlay"
OWN_LEVELS = (LAO, VILLAGE, OVERLAY)  # files of these have no one code that all publishers share
