"""What an atmosphere went together with: effects per scene and zone, and how sure they are.

numpy and scipy are reached from `hub.insights.estimate` alone, and that runs in a process of its
own (`hub.insights.worker`), so that the hub stays small and an analysis never holds up a shop.
"""
