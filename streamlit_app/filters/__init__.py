"""The widgets that cut what pages show, and the words for what they chose."""
