"""What an agent gives its zones: players, channels of light, music and scent, and their health."""
