"""What we remember: the only SQL. Functions take a transaction; `engine.Store` gives the async door to them."""
