"""The whole chain as processes: broker, hub, agent, music server, browser."""
