"""The kits that ``stemning edge init`` writes: one commented TOML file each."""
