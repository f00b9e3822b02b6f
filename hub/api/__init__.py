"""The REST interface under ``/api/v1``, and what stands beside it: health and metrics."""
