"""What the installer is shown, and what his tools do to the outputs."""
