"""posbridge: a till that sells with no network and brings every sale exactly once to its platforms."""
