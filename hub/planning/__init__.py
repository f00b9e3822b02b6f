"""From rules and people's choices to published plans."""
