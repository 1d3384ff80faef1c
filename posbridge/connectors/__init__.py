"""What an outside system is: the contract, one HTTP client, and one folder a system."""
