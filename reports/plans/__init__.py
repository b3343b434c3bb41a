"""Plans and budgets: proposals as demand, budget lines as supply, decisions that join them.

``records`` reads what the forms say, ``funding`` adds up, ``matching`` suggests, ``windows`` counts the days,
``deciding`` writes decisions and raised plans into the log, ``forums`` is the calendar of meetings.
"""
