"""One record on the screen: answers, history, docket, contradictions, decisions."""
