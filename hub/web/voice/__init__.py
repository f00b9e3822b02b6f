"""What a second screen asks customers, what staff say in one tap, and what a manager sees of it."""
