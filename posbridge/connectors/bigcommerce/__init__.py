"""BigCommerce: an online shop."""
