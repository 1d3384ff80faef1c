"""When, again and in which order the platforms are talked to."""
