"""The plan as a calendar: what is planned, the draft of the next version, its rehearsal."""
