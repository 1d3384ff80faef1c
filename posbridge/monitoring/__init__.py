"""How the house is doing: logs without secrets, state changes told once, blocks of the loop."""
