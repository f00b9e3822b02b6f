"""The scene book: every revision of every scene, where each scene stands, and where it is used."""
