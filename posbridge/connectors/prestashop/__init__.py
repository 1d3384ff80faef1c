"""PrestaShop: a shop of one's own, reached through its web service."""
