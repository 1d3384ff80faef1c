"""Each promise about speed, measured against the raw work below it on the same machine at the same time."""
