"""What a light, player, diffuser or sensor can do, and the drivers that do it."""
