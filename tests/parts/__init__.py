"""The real parts that tests run against: broker, music server, database, browser."""
