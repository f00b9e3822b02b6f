"""The guard: the small process that alone holds what can harm when left on."""
