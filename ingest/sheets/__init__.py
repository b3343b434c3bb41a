"""Tables as offices send them (Excel, CSV, Word), read with their source cells kept."""
