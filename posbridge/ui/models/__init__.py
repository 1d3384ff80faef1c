"""Lists as Qt sees them: rows are inserted, moved and removed, never reset."""
